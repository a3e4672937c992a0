import { InvalidInput } from '@ratchet/domain';
import { encodeInferAnswer } from '../protocol/infer.answer';
import { type InferRequest, parseJson, readInferRequest } from '../protocol/infer.request';
import type { ModelVersion } from '../serving/model.version';
import type { ThreadPool } from '../serving/thread.pool';
import { readBody } from './body.reader';
import type { Exchange } from './exchange';
import type { PredictionService } from './prediction.service';

/** JSON above this is parsed in a decoding thread: a megabyte of numbers would hold up everybody else. */
const PARSE_HERE_BYTES = 8 * 1024;
const JSON_LENGTH_HEADER = 'inference-header-content-length';

export interface RequestLimits {
  readonly bodyBytes: number;
  readonly images: number;
}

/** `POST /v2/models/{task}/infer`: Open Inference Protocol, as JSON or with Triton's binary tensors. */
export class InferHandler {
  constructor(
    private readonly predictions: PredictionService,
    private readonly pool: ThreadPool,
    private readonly limits: RequestLimits,
  ) {}

  async handle(exchange: Exchange, address: { task: string; version: string | null }): Promise<void> {
    const body = await readBody(exchange.request, this.limits.bodyBytes, exchange.share);
    exchange.bodyRead = true;
    const jsonLength = readJsonLength(exchange.request.headers[JSON_LENGTH_HEADER], body.byteLength);
    let request: InferRequest;
    await this.predictions.answer(
      exchange,
      address,
      (version) => {
        const read = this.read(body, jsonLength, version);
        const keep = (r: InferRequest) => ({ images: (request = r).images, count: r.count, decodeMs: 0 });
        return read instanceof Promise ? read.then(keep) : keep(read);
      },
      (version, { count }, { probabilities }) => {
        const { id, binaryOutput: binary } = request;
        const answer = encodeInferAnswer(version, { id, count, probabilities, binary });
        if (answer.jsonLength === null) exchange.send(200, 'application/json', answer.body);
        else
          exchange.send(200, 'application/octet-stream', answer.body, {
            [JSON_LENGTH_HEADER]: String(answer.jsonLength),
          });
      },
    );
  }

  private read(body: Buffer, jsonLength: number | null, version: ModelVersion): InferRequest | Promise<InferRequest> {
    const length = jsonLength ?? body.byteLength;
    if (jsonLength === null && length > PARSE_HERE_BYTES)
      return this.pool.parse(body, version.input, this.limits.images);
    if (length > PARSE_HERE_BYTES)
      throw new InvalidInput(
        'Inference-Header-Content-Length',
        `is ${length}; the JSON before binary data may have ${PARSE_HERE_BYTES} bytes.`,
      );
    const tail = jsonLength === null ? null : body.subarray(length);
    return readInferRequest(parseJson(body.subarray(0, length)), tail, version.input, this.limits.images);
  }
}

function readJsonLength(header: string | string[] | undefined, bodyLength: number): number | null {
  if (header === undefined) return null;
  const length = Number(header);
  if (!Number.isInteger(length) || length < 2 || length > bodyLength)
    throw new InvalidInput(
      'Inference-Header-Content-Length',
      `must be the JSON's length within the body of ${bodyLength} bytes.`,
    );
  return length;
}
