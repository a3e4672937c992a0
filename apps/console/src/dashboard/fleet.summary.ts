import type { InferencerView, TrainerView } from '@ratchet/contracts';

/** Models and errors count where their inferencer is online: what an absent one said is history. */
export function inferencerSummary(inferencers: readonly InferencerView[]) {
  const online = inferencers.filter((i) => i.state === 'ONLINE');
  const serving = online.flatMap((i) => i.models.filter((m) => m.state === 'SERVING'));
  const errors = online.flatMap((i) => i.models.flatMap((m) => (m.error ? [`${i.host}, ${m.task}: ${m.error}`] : [])));
  return {
    all: inferencers.length,
    online: online.length,
    models: new Set(serving.map((m) => m.digest)).size,
    tasks: new Set(serving.map((m) => m.task)).size,
    errors: [...new Set(errors)],
  };
}

export function trainerSummary(trainers: readonly TrainerView[]) {
  const online = trainers.filter((t) => t.state !== 'OFFLINE');
  const sum = (take: (t: TrainerView) => number) => online.reduce((total, t) => total + take(t), 0);
  return { online: online.length, slots: sum((t) => t.slots), busy: sum((t) => t.busy) };
}
