import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ClassifyAnswer, classifyAnswer } from '@ratchet/contracts';
import { type ChallengeFigures, type ChallengeMode, type DesiredDeployment, objectKeys } from '@ratchet/domain';
import { openObjectStore } from '@ratchet/object-store';
import {
  allServe,
  classNames,
  constantModel,
  ControlPlane,
  InferencerProcess,
  orderOf,
  publishModel,
  sha256Of,
} from '@ratchet/testing';

// Real: the inferencer process, ONNX Runtime, a directory object store. Stood in for: the API, by ControlPlane.

const input = { height: 28, width: 28, channels: 1 } as const;
const classes = classNames(10);
const [champion, rival, third] = [1, 2, 3].map((answer) => constantModel({ input, classes, answer }));
const [championDigest, rivalDigest, thirdDigest] = [champion, rival, third].map(({ onnx }) => sha256Of(onnx));
const pixels = {
  method: 'POST',
  headers: { 'content-type': 'application/vnd.ratchet.pixels' },
  body: Buffer.alloc(784, 7),
};

const idOf = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;

jest.setTimeout(60_000); // processes start slowly on a busy machine

describe('a challenger', () => {
  let directory: string;
  let plane: ControlPlane;
  let inferencer: InferencerProcess;
  let ids = 0;

  const store = () => openObjectStore({ kind: 'directory', directory: path.join(directory, 'store') });
  const start = (env: Record<string, string> = {}) =>
    InferencerProcess.start({
      name: 'challenged',
      apiUrl: plane.url,
      token: plane.token,
      dataDir: path.join(directory, 'store'),
      cacheDir: path.join(directory, 'cache'),
      env: { RATCHET_LOG_LEVEL: 'error', ...env },
    });

  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'challenge-spec-'));
    plane = new ControlPlane();
    await plane.start();
    for (const model of [champion, rival, third]) await publishModel(store(), model);
    inferencer = await start();
  });
  beforeEach(async () => {
    plane.order(orderOf(champion, 'digits', 1));
    await plane.until(([beat]) => beat?.models.length === 1 && beat.models[0].state === 'SERVING');
  });
  afterAll(async () => {
    await inferencer.end('SIGKILL');
    await plane.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const challenged = (mode: ChallengeMode, percent: number, model = rival, generation = 2): DesiredDeployment => {
    const { digest, bytes } = orderOf(model, 'digits', generation);
    const challengeId = idOf(++ids);
    return { ...orderOf(champion, 'digits', 1), challenger: { challengeId, generation, digest, bytes, mode, percent } };
  };
  const classify = async (version = ''): Promise<ClassifyAnswer> => {
    const response = await fetch(`${inferencer.url}/v2/models/digits${version}/classify`, pixels);
    expect(response.status).toBe(200);
    return classifyAnswer.parse(await response.json());
  };
  const classifyMany = async (count: number, version?: string) => {
    const answers: ClassifyAnswer[] = [];
    for (let i = 0; i < count; i++) answers.push(await classify(version));
    return answers;
  };
  const digestsOf = (answers: readonly ClassifyAnswer[]) => [...new Set(answers.map((answer) => answer.digest))];
  /** Resolves with the figures of the newest challenge once they satisfy `condition`. */
  const figuresWhen = async (condition: (figures: ChallengeFigures) => boolean): Promise<ChallengeFigures> => {
    const found = () =>
      [...plane.known.values()]
        .flatMap((beat) => beat.challenges)
        .find(({ id, figures }) => id === idOf(ids) && condition(figures));
    await plane.until(() => found() !== undefined);
    return found()!.figures;
  };

  it('answers its share under its own name, and nothing any more once it was called back', async () => {
    plane.order(challenged('canary', 100));
    await plane.until(allServe('digits', rivalDigest));
    for (const answer of await classifyMany(20))
      expect(answer).toMatchObject({ digest: rivalDigest, generation: 2, predictions: [{ class: 'class-2' }] });
    expect(digestsOf(await classifyMany(5, '/versions/1'))).toEqual([championDigest]); // who asks for a version gets it

    plane.order(challenged('canary', 50));
    await figuresWhen((f) => f.challenger.requests === 0);
    const mixed = await classifyMany(60);
    expect(digestsOf(mixed).sort()).toEqual([championDigest, rivalDigest].sort());
    const canaries = mixed.filter((answer) => answer.digest === rivalDigest);
    expect(canaries.every((answer) => answer.generation === 2)).toBe(true);
    const figures = await figuresWhen((f) => f.champion.requests + f.challenger.requests === 60);
    expect(figures).toMatchObject({ challenger: { requests: canaries.length, failed: 0 }, compared: 0 });
    const metrics = await (await fetch(`${inferencer.url}/metrics`)).text();
    expect(metrics).toContain(`ratchet_challenge_share{task="digits",digest="${rivalDigest}",mode="canary"} 0.5`);
    expect(metrics).toContain(`side="challenger",outcome="answered"} ${canaries.length}`);

    plane.order(orderOf(champion, 'digits', 1));
    await plane.until(([beat]) => beat.challenges.length === 0 && beat.models.length === 1);
    expect(digestsOf(await classifyMany(20))).toEqual([championDigest]);
  });

  it('in the shadow answers nobody, and what it would have said is counted pair by pair', async () => {
    plane.order(challenged('shadow', 100));
    await plane.until(allServe('digits', rivalDigest));
    const shown = [...plane.known.values()].flatMap((beat) => beat.models).find((m) => m.digest === rivalDigest);
    expect(shown).toMatchObject({ generation: 2, challenge: { mode: 'shadow', percent: 100 } });
    expect(digestsOf(await classifyMany(30))).toEqual([championDigest]);
    const figures = await figuresWhen((f) => f.challenger.requests + f.dropped === 30);
    expect(figures).toMatchObject({ champion: { requests: 30 }, agreed: 0 });
    expect(figures.compared).toBeGreaterThan(0);
    expect(figures.disagreements).toEqual([[1, 2, figures.compared]]);
    expect(figures.challenger.latency.length).toBeGreaterThan(0);
  });

  it('in the shadow gives way under load: whatever it is shown, it costs no answer', async () => {
    plane.order(challenged('shadow', 100));
    await plane.until(allServe('digits', rivalDigest));
    const answers = await Promise.all(Array.from({ length: 64 }, () => classifyMany(10)));
    expect(digestsOf(answers.flat())).toEqual([championDigest]);
    const figures = await figuresWhen((f) => f.challenger.requests + f.dropped === 640);
    expect(figures.champion).toMatchObject({ requests: 640, failed: 0 });
    expect(figures.challenger.failed).toBe(0);
  });

  it('that cannot be loaded changes nothing and says why', async () => {
    await store().put(objectKeys.model(thirdDigest), third.onnx.subarray(0, third.onnx.byteLength - 100));
    plane.order(challenged('canary', 100, third));
    await plane.until(([beat]) => beat.models.some((m) => m.state === 'FAILED' && m.challenge !== undefined));
    const failed = plane.known
      .values()
      .next()
      .value!.models.find((m) => m.state === 'FAILED')!;
    expect(failed).toMatchObject({
      digest: thirdDigest,
      challenge: { mode: 'canary' },
      error: expect.stringMatching(/bytes/),
    });
    expect(digestsOf(await classifyMany(10))).toEqual([championDigest]);
    plane.order(challenged('canary', 100, rival, 3));
    await plane.until(allServe('digits', rivalDigest));
    expect(digestsOf(await classifyMany(5))).toEqual([rivalDigest]);
  });

  it('comes back with the champion after a restart, with nobody to ask', async () => {
    plane.order(challenged('canary', 100));
    await plane.until(allServe('digits', rivalDigest));
    await inferencer.end('SIGKILL');
    await plane.stop();
    inferencer = await start();
    for (;;) {
      const response = await fetch(`${inferencer.url}/v2/models/digits/classify`, pixels);
      const answer = (await response.json()) as Partial<ClassifyAnswer>;
      if (answer.digest === rivalDigest) break;
      expect([200, 503]).toContain(response.status);
    }
    await plane.start();
  });
});
