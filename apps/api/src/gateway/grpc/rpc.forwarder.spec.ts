import { encodeYesOrNo, type RpcCall, type RpcHandler, RpcRefusal, RpcServer, rpcStatus } from '@ratchet/grpc';
import pino from 'pino';
import { FleetRouter } from '../fleet.router';
import { refusalOf } from '../refusal';
import { RpcForwarder } from './rpc.forwarder';

// Real: servers, connections. What the inferencers answer is decided here.

describe('RpcForwarder', () => {
  let servers: RpcServer[] = [];
  let router: FleetRouter;
  let asked: number[];
  let leaving: AbortController;

  const yes = encodeYesOrNo(true);
  const refuse = (status: number, code: string) => () => {
    throw new RpcRefusal(rpcStatus(status), code, `It is ${code}.`, 1);
  };
  /** Inferencers of these minds; null for one that is not there. */
  const setUp = async (minds: readonly (((call: RpcCall) => Buffer | Promise<Buffer>) | null)[]) => {
    asked = minds.map(() => 0);
    leaving = new AbortController();
    router = new FleetRouter('round-robin', 1_000);
    const urls = await Promise.all(
      minds.map(async (mind, i) => {
        const handler: RpcHandler = async (call) => (asked[i]++, mind!(call));
        const server = new RpcServer(handler, { limitBytes: 1 << 20 });
        const url = `http://127.0.0.1:${await server.listen('127.0.0.1', 0, 'choose another')}`;
        if (mind) servers.push(server);
        else await server.close(0);
        return url;
      }),
    );
    const model = { task: 'digits', digest: 'd'.repeat(64), generation: 1, state: 'SERVING' } as const;
    router.update(
      urls.map((grpcUrl, i) => ({
        id: `${i}`,
        url: 'http://127.0.0.1:1',
        grpcUrl,
        draining: false,
        models: [model],
        lastHeartbeatAt: new Date(),
      })),
    );
    return new RpcForwarder(router, 5_000, pino({ level: 'silent' }));
  };
  afterEach(async () => {
    await router.close();
    await Promise.all(servers.map((server) => server.close(0)));
    servers = [];
  });
  const call = (): RpcCall => ({
    method: 'ModelInfer',
    message: Buffer.from('not looked at'),
    deadline: Infinity,
    signal: leaving.signal,
    header: () => undefined,
  });
  const sum = () => asked.reduce((a, b) => a + b, 0);

  it('passes on what it is given, and the correlation id', async () => {
    const forwarder = await setUp([({ message, header }) => Buffer.from(`${message} ${header('x-correlation-id')}`)]);
    const { answer, retried } = await forwarder.forward(call(), 'digits', 'c-1');
    expect([answer.toString(), retried]).toEqual(['not looked at c-1', false]);
  });

  it.each([
    ['is full', refuse(503, 'full')],
    ['is not there', null],
  ])('asks elsewhere when one %s', async (_, mind) => {
    const forwarder = await setUp([mind, () => yes]);
    const outcomes = [await forwarder.forward(call(), 'digits', 'c'), await forwarder.forward(call(), 'digits', 'c')];
    expect(outcomes.map(({ answer }) => answer)).toEqual([yes, yes]);
    expect(outcomes.some(({ retried }) => retried)).toBe(true);
  });

  it('asks twice and no more', async () => {
    const forwarder = await setUp([refuse(503, 'full'), refuse(503, 'full'), refuse(503, 'full')]);
    await expect(forwarder.forward(call(), 'digits', 'c')).rejects.toMatchObject({ message: 'It is full.' });
    expect(sum()).toBe(2);
  });

  it('says so when nobody else is there to ask', async () => {
    const forwarder = await setUp([refuse(503, 'full')]);
    await expect(forwarder.forward(call(), 'digits', 'c')).rejects.toMatchObject({ status: 503, code: 'full' });
    await expect(forwarder.forward(call(), 'letters', 'c')).rejects.toMatchObject({ status: 404 });
  });

  it('tells when nobody could be reached', async () => {
    const forwarder = await setUp([null, null]);
    const error = await forwarder.forward(call(), 'digits', 'c').catch((reason: unknown) => reason);
    expect(refusalOf(error)).toMatchObject({ status: 503, code: 'unavailable' });
  });

  it.each([
    ['a wrong request', refuse(400, 'invalid_input')],
    ['a passed deadline', refuse(504, 'deadline')],
  ])('does not repeat %s', async (_, mind) => {
    const forwarder = await setUp([mind, mind]);
    await expect(forwarder.forward(call(), 'digits', 'c')).rejects.toBeInstanceOf(RpcRefusal);
    expect(sum()).toBe(1);
  });

  it('gives up with the client', async () => {
    let given: AbortSignal | undefined;
    const forwarder = await setUp([
      ({ signal }) => {
        given = signal;
        leaving.abort();
        return new Promise<Buffer>(() => undefined);
      },
    ]);
    await expect(forwarder.forward(call(), 'digits', 'c')).rejects.toMatchObject({ code: 'cancelled' });
    if (!given!.aborted) await new Promise((resolve) => given!.addEventListener('abort', resolve));
  });

  it('leaves out an inferencer that speaks no gRPC', async () => {
    const forwarder = await setUp([() => yes]);
    const silent = {
      id: 'old',
      url: 'http://127.0.0.1:2',
      grpcUrl: null,
      draining: false,
      lastHeartbeatAt: new Date(),
    };
    const model = { task: 'letters', digest: 'd'.repeat(64), generation: 1, state: 'SERVING' } as const;
    router.update([{ ...silent, models: [model] }]);
    await expect(forwarder.forward(call(), 'letters', 'c')).rejects.toMatchObject({ status: 404 });
  });
});
