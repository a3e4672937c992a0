import { once } from 'node:events';
import { connect, type IncomingHttpHeaders } from 'node:http2';
import { RatchetError } from '@ratchet/domain';
import { InferenceClient, inferRequest, probabilitiesOf } from '@ratchet/testing';
import {
  decodeIndexRequest,
  decodeInferRequest,
  decodeModelAddress,
  decodeRepositoryOrder,
  decodeUintContents,
  encodeIndexResponse,
  encodeInferResponse,
  encodeModelMetadata,
  encodeServerMetadata,
  encodeYesOrNo,
  type RpcCall,
  RpcChannel,
  RpcRefusal,
  RpcServer,
  rpcStatus,
  RpcUnreachable,
} from '.';

// Real: sockets, and a client that others wrote and that reads the protocol's own description.

describe('the protocol over gRPC', () => {
  let answer: (call: RpcCall) => Buffer | Promise<Buffer>;
  let server: RpcServer;
  let url: string;
  let client: InferenceClient;

  beforeEach(async () => {
    server = new RpcServer(async (call) => answer(call), { limitBytes: 1 << 20 });
    url = `http://127.0.0.1:${await server.listen('127.0.0.1', 0, 'choose another')}`;
    client = new InferenceClient(url);
  });
  afterEach(async () => {
    client.close();
    await server.close(1_000);
  });

  it('answers what the description says', async () => {
    answer = () => encodeYesOrNo(true);
    expect(await client.ask('ServerLive')).toEqual({ status: 'OK', answer: { live: true } });
    answer = () => encodeYesOrNo(false);
    expect(await client.ask('ServerReady')).toEqual({ status: 'OK', answer: { ready: false } });
    const server = { name: 'ratchet', version: '1', extensions: ['a', 'b'] };
    answer = () => encodeServerMetadata(server);
    expect(await client.ask('ServerMetadata')).toEqual({ status: 'OK', answer: server });
    const model = {
      name: 'digits',
      versions: ['300'],
      platform: 'onnx',
      inputs: [{ name: 'images', datatype: 'UINT8', shape: [-1, 512, 28, 1] }],
      outputs: [{ name: 'probabilities', datatype: 'FP32', shape: [-1, 10] }],
    };
    answer = () => encodeModelMetadata(model);
    expect(await client.ask('ModelMetadata', { name: 'digits' })).toEqual({ status: 'OK', answer: model });
    const models = [
      { name: 'digits', version: '3', state: 'READY', reason: '' } as const,
      { name: 'dies', version: '', state: 'UNAVAILABLE', reason: 'über nothing' } as const,
    ];
    answer = () => encodeIndexResponse(models);
    expect(await client.ask('RepositoryIndex')).toEqual({ status: 'OK', answer: { models } });
  });

  it.each([true, false])('carries tensors, raw: %s', async (raw) => {
    const pixels = Uint8Array.from({ length: 600 }, (_, i) => i % 256);
    const values = Float32Array.from([0.25, 0.75, -1e-7]);
    let pixelsSeen: Uint8Array | null = null;
    answer = ({ message }) => {
      const { model, version, id, inputs, outputs, rawInputs } = decodeInferRequest(message);
      expect({ model, version, id, outputs }).toEqual({ model: 'digits', version: '7', id: 'x', outputs: [] });
      const [{ name, datatype, shape, contents }] = inputs;
      expect({ name, datatype, shape }).toEqual({ name: 'images', datatype: 'UINT8', shape: [1, -1, 600, 2 ** 40] });
      pixelsSeen = contents ? decodeUintContents(contents, 600) : rawInputs[0];
      const output = { name: 'probabilities', shape: [1, 3], values };
      return encodeInferResponse({ model, version, id, digest: 'd'.repeat(64), output, raw });
    };
    const asked = await client.ask(
      'ModelInfer',
      inferRequest(pixels, [1, -1, 600, 2 ** 40], { typed: !raw, model_version: '7', id: 'x' }),
    );
    expect(Buffer.from(pixelsSeen!)).toEqual(Buffer.from(pixels));
    if (asked.status !== 'OK' || !('answer' in asked)) throw new Error(JSON.stringify(asked));
    expect(asked.answer).toMatchObject({
      model_name: 'digits',
      model_version: '7',
      id: 'x',
      parameters: { digest: { string_param: 'd'.repeat(64) } },
      outputs: [{ name: 'probabilities', datatype: 'FP32', shape: [1, 3] }],
    });
    expect(Float32Array.from(probabilitiesOf(asked.answer))).toEqual(values);
  });

  it('reads of a request what is asked', async () => {
    const seen: unknown[] = [];
    answer = ({ method, message }) => {
      seen.push(method === 'RepositoryIndex' ? decodeIndexRequest(message) : decodeRepositoryOrder(message));
      return Buffer.alloc(0);
    };
    await client.ask('RepositoryIndex', { repository_name: 'any', ready: true });
    await client.ask('RepositoryModelLoad', { model_name: 'dies', parameters: { config: { string_param: '{}' } } });
    await client.ask('RepositoryModelUnload', { model_name: 'dies' });
    expect(seen).toEqual([{ ready: true }, { model: 'dies', parameters: 1 }, { model: 'dies', parameters: 0 }]);
    answer = ({ message }) => {
      seen.push(decodeModelAddress(message));
      return Buffer.alloc(0);
    };
    await client.ask('ModelInfer', inferRequest(new Uint8Array(9), [9], { model: 'dies', model_version: '2' }));
    expect(seen.at(-1)).toEqual({ model: 'dies', version: '2' });
  });

  it('tells refusals with their words, and takes nothing above the limit', async () => {
    answer = () => {
      throw new RpcRefusal(rpcStatus(503), 'full', 'Zu viele Bilder: 12 µs.', 1);
    };
    expect(await client.ask('ServerLive')).toEqual({
      status: 'UNAVAILABLE',
      code: 'full',
      message: 'Zu viele Bilder: 12 µs.',
    });
    answer = () => {
      throw new Error('secret');
    };
    expect(await client.ask('ServerLive')).toMatchObject({ status: 'INTERNAL', message: 'The server failed.' });
    answer = () => Buffer.alloc(0);
    const large = inferRequest(new Uint8Array(1 << 20), [1 << 20]);
    expect(await client.ask('ModelInfer', large)).toMatchObject({
      status: 'RESOURCE_EXHAUSTED',
      code: 'too_large',
      message: expect.stringMatching(
        /^message: has \d{7} bytes; at most 1048576 bytes are allowed. Send fewer or smaller images/,
      ),
    });
  });

  it('holds no more messages at once than it has room for', async () => {
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    let held = (): void => undefined;
    const holding = new Promise<void>((resolve) => (held = resolve));
    const narrow = new RpcServer(
      async () => {
        held();
        await released;
        return Buffer.alloc(0);
      },
      { limitBytes: 1 << 20, budgetBytes: 1_500_000 },
    );
    const asking = new InferenceClient(`http://127.0.0.1:${await narrow.listen('127.0.0.1', 0, 'choose another')}`);
    const million = () => asking.ask('ModelInfer', inferRequest(new Uint8Array(1_000_000), [1_000_000]));
    const first = million();
    await holding;
    expect(await million()).toMatchObject({
      status: 'UNAVAILABLE',
      code: 'full',
      message: expect.stringContaining('1500000 bytes'),
    });
    release();
    expect(await first).toMatchObject({ status: 'OK' });
    expect(await million()).toMatchObject({ status: 'OK' });
    asking.close();
    await narrow.close(1_000);
  });

  it('knows when the client stops waiting', async () => {
    const aborted = new Promise<void>((resolve) => {
      answer = ({ signal, deadline }) => {
        expect(deadline - Date.now()).toBeLessThan(301);
        signal.addEventListener('abort', () => resolve());
        return new Promise<Buffer>(() => undefined);
      };
    });
    expect(await client.ask('ServerLive', {}, { deadlineMs: 300 })).toMatchObject({ status: 'DEADLINE_EXCEEDED' });
    await aborted;
  });

  it('passes bytes on, and tells a server that refuses from one that is gone', async () => {
    const channel = new RpcChannel(url);
    const ask = (message: Buffer, signal = new AbortController().signal) =>
      channel.ask({
        method: 'ModelInfer',
        message,
        headers: { 'x-correlation-id': 'c' },
        deadline: Date.now() + 20_000,
        signal,
      });
    answer = ({ message, header }) => Buffer.concat([message, Buffer.from(header('x-correlation-id')!)]);
    expect((await ask(Buffer.from('message'))).toString()).toBe('messagec');
    answer = () => {
      throw new RpcRefusal(rpcStatus(503), 'full', 'Full.', 1);
    };
    await expect(ask(Buffer.alloc(0))).rejects.toMatchObject({ code: 'full', retryAfter: 1, message: 'Full.' });
    const leaving = new AbortController();
    answer = () => {
      leaving.abort(new Error('frozen'));
      return new Promise<Buffer>(() => undefined);
    };
    await expect(ask(Buffer.alloc(0), leaving.signal)).rejects.toThrow('frozen');
    answer = () => new Promise<Buffer>(() => void server.close(0));
    await expect(ask(Buffer.alloc(0))).rejects.toBeInstanceOf(RpcUnreachable);
    await expect(ask(Buffer.alloc(0))).rejects.toBeInstanceOf(RpcUnreachable);
    channel.close();
  });

  it('reads no message of a call that is not admitted', async () => {
    const heads: string[] = [];
    const guarded = new RpcServer(async () => encodeYesOrNo(true), {
      limitBytes: 1 << 20,
      admit: async ({ method, header }) => {
        heads.push(method);
        if (header('authorization') !== 'Bearer k') throw new RpcRefusal(rpcStatus(401), 'unauthenticated', 'Who?');
      },
    });
    const at = `http://127.0.0.1:${await guarded.listen('127.0.0.1', 0, 'choose another')}`;
    const session = connect(at);
    // A client that never sends the message it announces: it is answered all the same.
    const stream = session.request({
      ':method': 'POST',
      ':path': '/inference.GRPCInferenceService/ModelInfer',
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    const [answered] = (await once(stream, 'response')) as [IncomingHttpHeaders];
    expect(answered).toMatchObject({ 'grpc-status': '16', 'grpc-message': 'Who?', 'ratchet-code': 'unauthenticated' });
    session.destroy();

    const known = new InferenceClient(at);
    expect(await known.ask('ServerLive', {}, { key: 'k' })).toEqual({ status: 'OK', answer: { live: true } });
    expect(await known.ask('ServerLive', {}, { key: 'other' })).toMatchObject({ code: 'unauthenticated' });
    known.close();
    expect(heads).toEqual(['ModelInfer', 'ServerLive', 'ServerLive']);
    await guarded.close(1_000);
  });

  it('names a port that is taken, and the mend', async () => {
    const second = new RpcServer(async () => Buffer.alloc(0), { limitBytes: 1 });
    await expect(second.listen('127.0.0.1', Number(new URL(url).port), 'set OTHER')).rejects.toThrow(
      /taken by another process: set OTHER/,
    );
  });
});

describe('broken messages', () => {
  const varints = (...bytes: number[]) => Buffer.from(bytes);
  it.each([
    ['ends within a tag', varints(0x80), 'within'],
    ['ends within a field', varints(0x0a, 5, 1), 'within'],
    ['announces more than there is', varints(0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f), 'within'],
    ['announces less than nothing', varints(0x0a, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1), 'within'],
    ['has a number without an end', Buffer.alloc(20, 0xff), 'ten bytes'],
    ['has a field 0', varints(0), 'number 0'],
    ['has groups', varints(0x0b), 'wire type 3'],
    ['has a number for a name', varints(0x08, 1), 'wire type 0'],
    ['has too many fields', Buffer.alloc(4_000, Buffer.from([0x78, 1])), 'more than 1000 fields'],
    ['has too many inputs', Buffer.alloc(34, Buffer.from([0x2a, 0])), 'inputs: holds more than 16'],
    ['has too many dimensions', varints(0x2a, 19, 0x1a, 17, ...Array<number>(17).fill(1)), 'shape: holds more than 16'],
  ])('%s', (_, bytes, words) => {
    expect(() => decodeInferRequest(bytes)).toThrow(words);
  });

  it.each([
    ['too few', varints(0x22, 1, 7), 'holds 1 numbers; its shape makes 2'],
    ['too many', varints(0x22, 3, 7, 7, 7), 'more than the 2 numbers'],
    ['above a byte', varints(0x22, 2, 0x80, 2), 'is 256; a whole number from 0 to 255'],
    ['below zero', varints(0x20, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1), 'is -1'],
    ['of another type', varints(0x32, 4, 0, 0, 0, 0), 'uint_contents'],
  ])('contents that are %s', (_, bytes, words) => {
    expect(() => decodeUintContents(bytes, 2)).toThrow(words);
  });

  it('survives whatever bytes come', () => {
    let state = 7;
    const random = () => (state = (state * 1103515245 + 12345) % 2 ** 31) >> 8;
    for (let i = 0; i < 20_000; i++) {
      const bytes = Uint8Array.from({ length: random() % 40 }, () => random() % 256);
      for (const read of [decodeInferRequest, decodeModelAddress, decodeRepositoryOrder, decodeIndexRequest]) {
        try {
          read(bytes);
        } catch (error) {
          if (!(error instanceof RatchetError)) throw error;
        }
      }
    }
  });
});
