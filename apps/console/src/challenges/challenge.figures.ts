import type { ChallengeView } from '@ratchet/contracts';
import type { ChallengeTerms } from '@ratchet/domain';

const number = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });

/** "canary, 10 %" */
export const formatTerms = ({ mode, percent }: ChallengeTerms): string => `${mode}, ${number.format(percent)}\u00a0%`;

type Figures = Pick<ChallengeView, 'mode' | 'champion' | 'challenger' | 'compared' | 'agreed'>;

/** Of the images that both classified, the share they called the same; null before the first. */
export const agreement = ({ compared, agreed }: Figures): number | null => (compared === 0 ? null : agreed / compared);

/** Of the task's requests since then, the share that the challenger answered or was shown; null before the first. */
export function reachedShare({ mode, champion, challenger }: Figures): number | null {
  const all = champion.requests + (mode === 'canary' ? challenger.requests : 0);
  return all === 0 ? null : challenger.requests / all;
}
