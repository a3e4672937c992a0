import type { TrialView } from '@ratchet/contracts';
import { formatDuration } from '../fields/format';

/** What tells one trial from another of the same network. */
export const trialName = (trial: Pick<TrialView, 'id' | 'networkName'>): string =>
  `${trial.networkName}, ${trial.id.slice(-6)}`;

/** How long a trial trained; a dash until it ends. */
export const took = ({ startedAt, finishedAt }: Pick<TrialView, 'startedAt' | 'finishedAt'>): string =>
  startedAt && finishedAt ? formatDuration(Date.parse(finishedAt) - Date.parse(startedAt)) : '–';
