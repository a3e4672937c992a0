import type { ChallengeMode, DesiredDeployment } from '@ratchet/domain';
import pino from 'pino';
import { challengerOrder, Challengers } from '../challenge/challengers';
import { ServingMetrics } from '../metrics/serving.metrics';
import { type Job, JobFailed, type JobOutcome } from '../serving/compute.thread';
import { ModelVersion } from '../serving/model.version';
import type { Prediction } from '../serving/prediction';
import { PredictionRefused } from '../serving/prediction';
import { Scheduler } from '../serving/scheduler';
import { ServedTasks } from '../serving/served.tasks';
import type { Runner, ThreadPool } from '../serving/thread.pool';
import { type Asker, PredictionService } from './prediction.service';

// Real: everything up to the threads. Stood in for: the threads, by runners that answer when the test says so.

const champion = { serial: 1, answer: [1, 0] };
const rival = { serial: 2, answer: [0, 1] };
const [championDigest, rivalDigest] = ['a', 'b'].map((digit) => digit.repeat(64));
const order: DesiredDeployment = {
  taskId: 'id',
  task: 'digits',
  generation: 1,
  digest: championDigest,
  bytes: 1,
  classes: ['a', 'b'],
  input: { height: 1, width: 1, channels: 1 },
};

type RunJob = Extract<Job, { type: 'run' }>;

class StandInPool {
  onFree: () => void = () => undefined;
  readonly waiting: (() => void)[] = [];
  failing = new Set<number>();
  held = false;
  spare = true;
  crashed = 0;

  takeRunner(): Runner {
    const thread = { post: (job: RunJob, settle: (outcome: JobOutcome) => void) => this.run(job, settle) };
    return { thread } as unknown as Runner;
  }
  giveBack(): void {
    setImmediate(() => this.onFree());
  }
  freeRunners = () => 2;
  hasSpareRunner = () => this.spare;

  private run({ serial, count }: RunJob, settle: (outcome: JobOutcome) => void): void {
    const { answer } = serial === champion.serial ? champion : rival;
    const value = Float32Array.from({ length: count * 2 }, (_, i) => answer[i % 2]);
    const outcome = this.failing.has(serial) ? new JobFailed('compute', 'broken') : { value, micros: 500 };
    if (this.held && serial === rival.serial) this.waiting.push(() => settle(outcome));
    else setImmediate(() => settle(outcome));
  }
}

describe('PredictionService with a challenger', () => {
  const setUp = (mode: ChallengeMode, percent = 100) => {
    const pool = new StandInPool();
    const limits = { batch: 8, queue: 100, delayMs: 0 };
    const scheduler = new Scheduler(pool as unknown as ThreadPool, limits, pino({ level: 'silent' }));
    const tasks = new ServedTasks();
    const challengers = new Challengers();
    const challenger = { challengeId: 'one', generation: 2, digest: rivalDigest, bytes: 1, mode, percent };
    challengers.agree([{ ...order, challenger }]);
    const versions = [
      new ModelVersion(champion.serial, order, 0),
      new ModelVersion(rival.serial, challengerOrder(order, challenger), 0),
    ];
    versions.forEach((version) => scheduler.add(version));
    tasks.publish(versions[0]);
    challengers.publish(versions[1]);
    const metrics = new ServingMetrics(tasks, scheduler, pool as unknown as ThreadPool);
    const service = new PredictionService(tasks, scheduler, metrics, challengers);
    const ask = async (version: string | null = null, asker: Asker = { answered: false, awaits: () => undefined }) => {
      let answeredBy = '';
      await service.answer(
        asker,
        { task: 'digits', version },
        () => ({ images: new Uint8Array(1), count: 1, decodeMs: 0 }),
        (by) => (answeredBy = by.digest),
      );
      return answeredBy;
    };
    const figures = () => challengers.report()[0].figures;
    return { pool, scheduler, versions, ask, figures };
  };
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  it('lets the champion step in where the canary cannot run, and counts it against the canary', async () => {
    const { pool, ask, figures } = setUp('canary');
    expect(await ask()).toBe(rivalDigest);
    pool.failing.add(rival.serial);
    expect(await ask()).toBe(championDigest);
    expect(figures()).toMatchObject({ champion: { requests: 1 }, challenger: { requests: 1, failed: 1 } });
  });

  it('lets the champion step in while the canary is being unloaded', async () => {
    const { scheduler, versions, ask } = setUp('canary');
    scheduler.remove(versions[1]);
    expect(await ask()).toBe(championDigest);
  });

  it('does not ask the champion for somebody whose deadline passed meanwhile', async () => {
    const { pool, ask, figures } = setUp('canary');
    pool.held = true;
    const asker = { answered: false, awaits: (prediction: Prediction) => (pending = prediction) };
    let pending: Prediction | null = null;
    const asked = ask(null, asker);
    asker.answered = true;
    pending!.settle(new PredictionRefused('deadline', 'late'));
    await expect(asked).rejects.toThrow('late');
    expect(figures()).toMatchObject({ champion: { requests: 0 }, challenger: { failed: 1 } });
  });

  it('draws nobody who asks for a version by its generation', async () => {
    const { ask } = setUp('canary');
    expect(await ask('1')).toBe(championDigest);
  });

  it('answers before the shadow has run, and whether or not it ever does', async () => {
    const { pool, ask, figures } = setUp('shadow');
    pool.held = true;
    expect(await ask()).toBe(championDigest);
    await turn();
    expect(pool.waiting).toHaveLength(1);
    expect(figures()).toMatchObject({ champion: { requests: 1 }, challenger: { requests: 0 }, compared: 0 });
    pool.waiting.forEach((settle) => settle());
    expect(figures()).toMatchObject({
      challenger: { requests: 1 },
      compared: 1,
      agreed: 0,
      disagreements: [[0, 1, 1]],
    });
    pool.held = false;
    pool.failing.add(rival.serial);
    expect(await ask()).toBe(championDigest);
    while (figures().challenger.failed === 0) await turn();
    expect(figures().champion).toMatchObject({ requests: 2, failed: 0 });
  });

  it('keeps a shadow from the last free thread, and drops what it cannot be shown soon', async () => {
    const { pool, ask, figures } = setUp('shadow');
    pool.spare = false;
    for (let i = 0; i < 70; i++) expect(await ask()).toBe(championDigest);
    expect(figures()).toMatchObject({ champion: { requests: 70 }, challenger: { requests: 0 }, dropped: 6 });
    pool.spare = true;
    pool.onFree();
    while (figures().challenger.requests < 64) await turn();
    expect(figures()).toMatchObject({ compared: 64, dropped: 6 });
  });
});
