import type { ModelVersion } from '../serving/model.version';

export interface EncodedAnswer {
  readonly body: Buffer | string;
  /** Length of the JSON before the binary tensor; null when the answer is JSON alone. */
  readonly jsonLength: number | null;
}

/** The protocol's answer: tensor `probabilities` FP32 `[count, classes]`, as JSON numbers or as little-endian bytes. */
export function encodeInferAnswer(
  version: ModelVersion,
  answer: { id: string | undefined; count: number; probabilities: Float32Array; binary: boolean },
): EncodedAnswer {
  const { id, count, probabilities, binary } = answer;
  const tensor = { name: 'probabilities', datatype: 'FP32', shape: [count, version.classes.length] };
  const head = {
    model_name: version.task,
    model_version: String(version.generation),
    ...(id === undefined ? {} : { id }),
    parameters: { digest: version.digest },
  };
  if (!binary)
    return {
      body: JSON.stringify({ ...head, outputs: [{ ...tensor, data: Array.from(probabilities) }] }),
      jsonLength: null,
    };
  const bytes = Buffer.from(probabilities.buffer, probabilities.byteOffset, probabilities.byteLength);
  const outputs = [{ ...tensor, parameters: { binary_data_size: bytes.byteLength } }];
  const json = Buffer.from(JSON.stringify({ ...head, outputs }));
  return { body: Buffer.concat([json, bytes]), jsonLength: json.byteLength };
}
