import { type ClassifyAnswer } from '@ratchet/contracts';
import { InvalidInput, type ObjectStore } from '@ratchet/domain';
import { parseJson } from '../protocol/infer.request';
import type { ModelVersion } from '../serving/model.version';
import type { ThreadPool } from '../serving/thread.pool';
import { announcedLength, readBody } from './body.reader';
import type { Exchange } from './exchange';
import { readMultipartImages } from './multipart.images';
import type { Pixels, Predicted, PredictionService } from './prediction.service';
import type { RequestLimits } from './infer.handler';
import { Refusal } from './refusal';
import { fetchStoredImages } from './stored.images';

/** Images already in the model's shape, one after the other: uint8 `[count, height, width, channels]`. */
export const PIXELS_TYPE = 'application/vnd.ratchet.pixels';
const KEYS_BYTES = 64 * 1024;
/** Of images that are being decoded, once they are. */
const DECODED_BYTES = 256 * 2 ** 20;

/** `POST /v2/models/{task}/classify`: an image, many images, pixels, or keys of stored images → classes. */
export class ClassifyHandler {
  private decoding = 0;

  constructor(
    private readonly predictions: PredictionService,
    private readonly pool: ThreadPool,
    private readonly store: ObjectStore,
    private readonly limits: RequestLimits & { readonly decoding: number },
  ) {}

  async handle(exchange: Exchange, address: { task: string; version: string | null }): Promise<void> {
    const received = await this.receive(exchange);
    exchange.bodyRead = true;
    await this.predictions.answer(
      exchange,
      address,
      (version) => ('raw' in received ? this.pixels(received.raw, version) : this.decode(received.encoded, version)),
      (version, pixels, predicted) => exchange.json(200, answerOf(version, pixels, predicted, exchange.startedAt)),
    );
  }

  private async receive(exchange: Exchange): Promise<{ raw: Buffer } | { encoded: readonly Buffer[] }> {
    const { request } = exchange;
    const type = (request.headers['content-type'] ?? '').split(';', 1)[0].trim().toLowerCase();
    if (type === 'multipart/form-data') {
      announcedLength(request, this.limits.bodyBytes);
      return { encoded: await readMultipartImages(request, this.limits, exchange.share) };
    }
    if (type === 'application/json') {
      const body = await readBody(request, Math.min(KEYS_BYTES, this.limits.bodyBytes), exchange.share);
      exchange.bodyRead = true;
      return { encoded: await fetchStoredImages(this.store, parseJson(body), this.limits, exchange.share) };
    }
    const body = await readBody(request, this.limits.bodyBytes, exchange.share);
    if (body.byteLength === 0)
      throw new InvalidInput('body', 'is empty: send an image, a form of images, or keys of stored images.');
    return type === PIXELS_TYPE ? { raw: body } : { encoded: [body] };
  }

  private pixels(body: Buffer, { input, imageBytes }: ModelVersion): Pixels {
    const count = body.byteLength / imageBytes;
    if (!Number.isInteger(count) || count > this.limits.images)
      throw new InvalidInput(
        'body',
        `has ${body.byteLength} bytes; send 1 to ${this.limits.images} images of ${input.height}×${input.width}×${input.channels} = ${imageBytes} bytes each.`,
      );
    return { images: body, count, decodeMs: 0 };
  }

  private async decode(encoded: readonly Buffer[], version: ModelVersion): Promise<Pixels> {
    const most = Math.min(this.limits.decoding, Math.floor(DECODED_BYTES / version.imageBytes));
    if (this.decoding + encoded.length > most)
      throw new Refusal(
        503,
        'full',
        `${this.decoding} images wait to be decoded already. Ask again later or elsewhere.`,
        1,
      );
    const began = performance.now();
    this.decoding += encoded.length;
    try {
      const decoded = await Promise.all(encoded.map((image) => this.pool.decode(image, version.input)));
      const decodeMs = performance.now() - began;
      if (decoded.length === 1) return { images: decoded[0].images, count: 1, decodeMs };
      return { images: Buffer.concat(decoded.map((d) => d.images)), count: decoded.length, decodeMs };
    } finally {
      this.decoding -= encoded.length;
    }
  }
}

const round = (millis: number) => Math.round(millis * 1000) / 1000;

function answerOf(version: ModelVersion, pixels: Pixels, predicted: Predicted, startedAt: number): ClassifyAnswer {
  const { classes, task, digest, generation } = version;
  const predictions: ClassifyAnswer['predictions'] = [];
  for (let image = 0, at = 0; image < pixels.count; image++) {
    const probabilities: number[] = [];
    let index = 0;
    for (let c = 0; c < classes.length; c++) {
      probabilities.push(predicted.probabilities[at++]);
      if (probabilities[c] > probabilities[index]) index = c;
    }
    predictions.push({ class: classes[index], index, probability: probabilities[index], probabilities });
  }
  const { queue, infer } = predicted.timings;
  const total = performance.now() - startedAt;
  const timings = { queue: round(queue), decode: round(pixels.decodeMs), infer: round(infer), total: round(total) };
  return { task, digest, generation, classes: [...classes], predictions, timings };
}
