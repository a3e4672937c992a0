import { InvalidInput } from '@ratchet/domain';
import { decodeInferRequest, decodeUintContents, encodeInferResponse, type ModelInferRequest } from '@ratchet/grpc';
import type { RequestLimits } from '../http/infer.handler';
import type { Pixels, Predicted, PredictionService } from '../http/prediction.service';
import { assertId, assertOutputName, ONE_INPUT, ONE_OUTPUT, readTensor } from '../protocol/infer.request';
import type { ModelVersion } from '../serving/model.version';
import type { ThreadPool } from '../serving/thread.pool';
import type { RpcExchange } from './rpc.exchange';

/** More numbers than this are brought into bytes by a decoding thread. */
const UNPACK_HERE_BYTES = 8 * 1024;

/** ModelInfer: checked like the HTTP request of the same name, and on the same way from there on. */
export class RpcInfer {
  constructor(
    private readonly predictions: PredictionService,
    private readonly pool: ThreadPool,
    private readonly limits: RequestLimits,
  ) {}

  /** @throws InvalidInput, NotFound, PredictionRefused, JobFailed */
  async handle(exchange: RpcExchange): Promise<void> {
    const { message } = exchange.call;
    exchange.share.take(message.byteLength);
    const request = decodeInferRequest(message);
    await this.predictions.answer(
      exchange,
      { task: request.model, version: request.version || null },
      (version) => this.read(request, version),
      (version, { count }, predicted) => exchange.send(answerOf(request, version, count, predicted)),
    );
  }

  private read({ id, inputs, outputs, rawInputs }: ModelInferRequest, version: ModelVersion): Pixels | Promise<Pixels> {
    assertId(id);
    if (outputs.length > 1) throw new InvalidInput('outputs', ONE_OUTPUT);
    if (outputs.length === 1) assertOutputName(outputs[0]);
    if (inputs.length !== 1) throw new InvalidInput('inputs', ONE_INPUT);
    const [{ contents }] = inputs;
    const { count, bytes } = readTensor(inputs[0], version.input, this.limits.images);
    if (rawInputs.length > 0) {
      if (contents || rawInputs.length > 1)
        throw new InvalidInput('raw_input_contents', 'must hold the one tensor, and its contents be empty then.');
      if (rawInputs[0].byteLength !== bytes)
        throw new InvalidInput(
          'raw_input_contents[0]',
          `has ${rawInputs[0].byteLength} bytes; the shape makes ${bytes} bytes.`,
        );
      return { images: rawInputs[0], count, decodeMs: 0 };
    }
    if (!contents) throw new InvalidInput('inputs[0].contents', 'is missing, and so is raw_input_contents.');
    if (contents.byteLength <= UNPACK_HERE_BYTES)
      return { images: decodeUintContents(contents, bytes), count, decodeMs: 0 };
    return this.pool.unpack(contents, bytes).then((images) => ({ images, count, decodeMs: 0 }));
  }
}

/** As raw or as plain numbers as the request was. */
function answerOf(request: ModelInferRequest, version: ModelVersion, count: number, predicted: Predicted): Buffer {
  return encodeInferResponse({
    model: version.task,
    version: String(version.generation),
    id: request.id,
    digest: version.digest,
    output: { name: 'probabilities', shape: [count, version.classes.length], values: predicted.probabilities },
    raw: request.rawInputs.length > 0,
  });
}
