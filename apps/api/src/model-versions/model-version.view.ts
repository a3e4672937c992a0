import { confusionMatrix, wilsonInterval } from '@ratchet/domain';
import type { ModelVersionView } from '@ratchet/contracts';
import type { JudgedModel } from '@ratchet/database';

export function modelVersionView({ model, task, labels, predictions }: JudgedModel): ModelVersionView {
  const right = Math.round(model.gateAccuracy * labels.length);
  return {
    id: model.id,
    taskId: model.taskId,
    trialId: model.trialId,
    version: model.version,
    digest: model.digest,
    bytes: model.bytes,
    parameters: model.parameters,
    flops: model.flops,
    input: model.input,
    classes: model.classes,
    validationAccuracy: model.validationAccuracy,
    gateAccuracy: model.gateAccuracy,
    gateInterval: wilsonInterval(right, labels.length),
    gateConfusion: predictions ? confusionMatrix(predictions, labels, model.classes.length) : [],
    maxAbsDifference: model.maxAbsDifference,
    epoch: model.epoch,
    isChampion: task.championModelVersionId === model.id,
    createdAt: model.createdAt.toISOString(),
  };
}
