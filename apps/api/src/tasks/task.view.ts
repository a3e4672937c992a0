import type { TaskView } from '@ratchet/contracts';
import type { Task } from '@ratchet/database';

export function taskView(task: Task): TaskView {
  const { championPromotion: promotion, championModelVersion: model } = task;
  return {
    id: task.id,
    name: task.name,
    title: task.title,
    description: task.description,
    classes: task.classes,
    criticalClasses: task.criticalClasses,
    escapeTolerance: task.escapeTolerance,
    minimumGateImagesPerClass: task.minimumGateImagesPerClass,
    policy: task.policy,
    latencyBudgetMs: task.latencyBudgetMs,
    input: task.input,
    gateDatasetVersionId: task.gateDatasetVersionId,
    gateImages: task.gateImages,
    gateQueries: task.gateQueries,
    bestValidationAccuracy: task.bestValidationAccuracy,
    served: task.served,
    champion:
      promotion?.state && promotion.generation && model
        ? {
            modelVersionId: model.id,
            digest: model.digest,
            generation: promotion.generation,
            state: promotion.state,
            gateAccuracy: promotion.gateAccuracy,
            since: promotion.createdAt.toISOString(),
          }
        : null,
    createdAt: task.createdAt.toISOString(),
  };
}
