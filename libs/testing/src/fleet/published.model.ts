import { type DesiredDeployment, type ModelManifest, objectKeys, type ObjectStore } from '@ratchet/domain';
import { manifestOf, sha256Of, type TestModel } from '../models/classifier.models';

/** Stores a model and its manifest as a promotion does. Returns the digest. */
export async function publishModel(
  store: ObjectStore,
  model: TestModel,
  manifest: Partial<ModelManifest> = {},
): Promise<string> {
  const digest = sha256Of(model.onnx);
  await store.put(objectKeys.model(digest), model.onnx);
  await store.put(objectKeys.modelManifest(digest), Buffer.from(JSON.stringify(manifestOf(model, manifest))));
  return digest;
}

/** The order to serve a model. */
export function orderOf(model: TestModel, task: string, generation: number): DesiredDeployment {
  return {
    taskId: `00000000-0000-7000-8000-${Buffer.from(task).toString('hex').slice(0, 12).padStart(12, '0')}`,
    task,
    generation,
    digest: sha256Of(model.onnx),
    bytes: model.onnx.byteLength,
    classes: model.classes,
    input: model.input,
  };
}
