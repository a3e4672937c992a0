import { type ClientHttp2Session, connect, constants } from 'node:http2';

const METHOD = '/inference.GRPCInferenceService/ModelInfer';
/** A call that got no answer by then is given up by us: not every lie about a length deserves one. */
const PATIENCE_MS = 300;

const bytesField = (field: number, bytes: Uint8Array): Buffer => {
  const head = [(field << 3) | 2];
  for (let left = bytes.length; ; left >>>= 7) {
    head.push(left > 127 ? (left & 127) | 128 : left);
    if (left <= 127) return Buffer.concat([Buffer.from(head), bytes]);
  }
};
const text = (field: number, value: string) => bytesField(field, Buffer.from(value));
const tensor = [text(1, 'images'), text(2, 'UINT8'), bytesField(3, Buffer.from([1, 28, 28, 1]))];
/** model_name, inputs and raw_input_contents of the protocol's request. */
const request = Buffer.concat([
  text(1, 'digits'),
  bytesField(5, Buffer.concat(tensor)),
  bytesField(7, Buffer.alloc(784, 9)),
]);

/** xorshift: the same calls at every run. */
function randomFrom(seed: number) {
  let state = seed;
  return (below: number) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Frames of a call whose message, or what is said of its length and form, was bent. */
export function mutatedCalls(seed: number): () => Buffer {
  const random = randomFrom(seed);
  return () => {
    let message = Buffer.from(request);
    let announced: number | null = null;
    let flag = 0;
    for (let n = 1 + random(3); n > 0; n--)
      switch (random(6)) {
        case 0:
          for (let i = 0; i < 1 + random(8); i++) if (message.length) message[random(message.length)] ^= 1 << random(8);
          break;
        case 1: // its beginning, where the names and lengths are
          message[random(Math.min(40, message.length || 1))] = random(256);
          break;
        case 2:
          message = Buffer.from(message.subarray(0, random(message.length + 1)));
          break;
        case 3:
          message = Buffer.concat([message, message.subarray(random(message.length + 1))]);
          break;
        case 4:
          announced = [0, 1, message.length + 1, 2 ** 31, 2 ** 32 - 1][random(5)];
          break;
        case 5:
          flag = random(256);
          break;
      }
    const head = Buffer.alloc(5);
    head[0] = flag;
    head.writeUInt32BE(announced ?? message.length, 1);
    return Buffer.concat([head, message]);
  };
}

/** Over one connection after the other, as calls may end theirs. */
export class BentCaller {
  private session: ClientHttp2Session | null = null;

  constructor(private readonly url: string) {}

  /** `grpc-status` of the answer; 'none' when there was none. */
  call(frames: Buffer): Promise<string> {
    return new Promise((resolve) => {
      let status = 'none';
      const stream = this.open().request({
        [constants.HTTP2_HEADER_METHOD]: 'POST',
        [constants.HTTP2_HEADER_PATH]: METHOD,
        'content-type': 'application/grpc',
        te: 'trailers',
      });
      const note = (headers: Record<string, unknown>) => (status = String(headers['grpc-status'] ?? status));
      stream.on('response', note).on('trailers', note);
      stream.on('error', () => undefined).on('data', () => undefined);
      stream.setTimeout(PATIENCE_MS, () => stream.close(constants.NGHTTP2_CANCEL));
      stream.on('close', () => resolve(status));
      stream.end(frames);
    });
  }

  close(): void {
    this.session?.destroy();
  }

  private open(): ClientHttp2Session {
    if (!this.session || this.session.closed || this.session.destroyed)
      this.session = connect(this.url).on('error', () => undefined);
    return this.session;
  }
}
