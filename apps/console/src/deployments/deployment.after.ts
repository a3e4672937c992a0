import type { ChallengeView, DeploymentView } from '@ratchet/contracts';

/**
 * What became of a deployment that not everybody reported. One made for a challenge is wanted as long as that is on,
 * whoever is champion; `challenge` is the latest one of its generation.
 */
export function unreported(
  { reason, generation }: Pick<DeploymentView, 'reason' | 'generation'>,
  championGeneration: number,
  challenge?: Pick<ChallengeView, 'ending'>,
): 'overtaken' | 'stopped' | 'not yet' {
  if (reason !== 'challenge') return generation < championGeneration ? 'overtaken' : 'not yet';
  if (!challenge?.ending) return 'not yet';
  return challenge.ending === 'stopped' ? 'stopped' : 'overtaken';
}
