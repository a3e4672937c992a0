import { judge, type GateRun, type GateVerdict, type ModelManifest } from '@ratchet/domain';
import type { DataSource, EntityManager } from 'typeorm';
import { newId } from '../columns';
import { GatePrediction } from '../models/gate-prediction.entity';
import { ModelVersion } from '../models/model-version.entity';
import { Task } from '../tasks/task.entity';
import { lockLeased, type TrialLease } from '../trials/trial-lease';
import { enthrone, lockTask, recordDecision, type Decision } from './champion';
import { gateImages, storedPredictions } from './gate-set';
import type { Promotion } from './promotion.entity';

/** A model whose ONNX file and manifest lie in the object store, after it was run over the task's gate set. */
export interface GatedCandidate extends Pick<
  ModelManifest,
  'sha256' | 'bytes' | 'input' | 'classes' | 'parameters' | 'flops' | 'opset' | 'maxAbsDifference'
> {
  /** Of its trial; counts from 1. */
  readonly epoch: number;
  readonly validationAccuracy: number;
  /** Predicted class per gate image, in manifest order. */
  readonly predictions: Uint8Array;
  /** Median time of one image, one thread. */
  readonly latencyMs: number;
}

export interface GateDecision {
  readonly verdict: GateVerdict;
  readonly promotion: Promotion;
  readonly modelVersion: ModelVersion;
}

/** Where candidates become champions, or not. */
export class CandidateGate {
  constructor(private readonly database: DataSource) {}

  /**
   * Judges a candidate against the champion of this very moment and writes the outcome, in one transaction that holds
   * the trial's lease and the task's row lock: of candidates that arrive together each meets the one before it.
   * @param actor whom the audit trail names: the trainer
   * @throws LeaseLost when the trial was taken over: nothing was written
   */
  async decide(lease: TrialLease, candidate: GatedCandidate, actor: string): Promise<GateDecision> {
    return this.database.transaction(async (manager) => {
      const trial = await lockLeased(manager, lease);
      const task = await lockTask(manager, trial.taskId);
      const images = await gateImages(manager, task);
      const champion = task.championModelVersionId;
      const query = task.gateQueries + 1;
      const verdict = judge(
        task,
        images,
        candidate satisfies GateRun,
        champion ? await storedPredictions(manager, task, champion) : null,
        query,
      );

      const modelVersion = await registerModel(manager, task, lease.trialId, candidate, verdict.gateAccuracy);
      await manager.query('UPDATE trials SET gate_claim = NULL WHERE id = $1', [lease.trialId]);
      const decision: Decision = {
        ...verdict,
        againstId: champion,
        gateImages: images.labels.length,
        query,
        latencyMs: candidate.latencyMs,
        actor: null,
      };
      const promotion =
        verdict.outcome === 'promoted'
          ? await enthrone(manager, task, modelVersion, decision, { actor, reason: 'promotion' })
          : await recordDecision(manager, task, modelVersion, decision);
      return { verdict, promotion, modelVersion };
    });
  }
}

/** The task's model version of this digest: trials that end in the same bytes share one. */
async function registerModel(
  manager: EntityManager,
  task: Task,
  trialId: string,
  { sha256, predictions, latencyMs: _, ...candidate }: GatedCandidate,
  gateAccuracy: number,
): Promise<ModelVersion> {
  const known = await manager.findOneBy(ModelVersion, { taskId: task.id, digest: sha256 });
  if (known) return known;
  const newest = await manager.maximum(ModelVersion, 'version', { taskId: task.id });
  const model = manager.create(ModelVersion, {
    ...candidate,
    id: newId(),
    taskId: task.id,
    trialId,
    version: (newest ?? 0) + 1,
    digest: sha256,
    classes: [...candidate.classes],
    gateAccuracy,
  });
  await manager.save(model);
  await manager.insert(GatePrediction, {
    modelVersionId: model.id,
    gateDatasetVersionId: task.gateDatasetVersionId,
    predictions: Buffer.from(predictions.buffer, predictions.byteOffset, predictions.byteLength),
  });
  return model;
}
