import type { ChallengeView } from '@ratchet/contracts';
import type { CountedChallenge } from '@ratchet/database';
import { type ContestantFigures, latencyQuantile } from '@ratchet/domain';

const contestant = ({ requests, failed, latency }: ContestantFigures) => ({
  requests,
  failed,
  p50Ms: latencyQuantile(latency, 0.5),
  p99Ms: latencyQuantile(latency, 0.99),
});

export function challengeView({ challenge, figures }: CountedChallenge): ChallengeView {
  const { modelVersion: model } = challenge;
  return {
    id: challenge.id,
    taskId: challenge.taskId,
    modelVersionId: challenge.modelVersionId,
    version: model.version,
    digest: model.digest,
    againstId: challenge.againstId,
    generation: challenge.generation,
    mode: challenge.mode,
    percent: challenge.percent,
    startedBy: challenge.startedBy,
    createdAt: challenge.createdAt.toISOString(),
    endedAt: challenge.endedAt?.toISOString() ?? null,
    ending: challenge.ending,
    champion: contestant(figures.champion),
    challenger: contestant(figures.challenger),
    dropped: figures.dropped,
    compared: figures.compared,
    agreed: figures.agreed,
    disagreements: figures.disagreements.map(([champion, challenger, images]) => ({
      champion: model.classes[champion],
      challenger: model.classes[challenger],
      images,
    })),
  };
}
