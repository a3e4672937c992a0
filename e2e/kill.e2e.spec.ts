import { rmSync } from 'node:fs';
import type { ExperimentView, RatchetClient } from '@ratchet/contracts';
import { digitsFolder } from './digits.folder';
import { childrenOf, RunningRatchet } from './running.ratchet';

describe('kill -9 of each process while the demo runs', () => {
  let folder: string;
  let ratchet: RunningRatchet;
  let client: RatchetClient;

  beforeAll(async () => {
    folder = await digitsFolder(60);
    ratchet = new RunningRatchet('--once', '--data', folder);
    client = await ratchet.administrator();
  });
  afterAll(async () => {
    await ratchet.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const experiment = (): Promise<ExperimentView | null> =>
    client.list('experiments').then(
      ({ rows }) => rows[0] ?? null,
      () => null, // the API is being restarted
    );
  const predicting = () =>
    ratchet.when('predictions to be answered', async () => {
      const { rows } = await client.list('inferencers').catch(() => ({ rows: [] }));
      return (
        rows.filter((i) => i.state === 'ONLINE' && i.models.some((m) => m.state === 'SERVING')).length === 2 || null
      );
    });
  const moreTrialsDone = (than: number) =>
    ratchet.when('another trial to complete', async () => {
      const done = (await experiment())?.counts.COMPLETED ?? 0;
      return done > than ? done : null;
    });
  const kill = (name: string) => process.kill(ratchet.processes()[name], 'SIGKILL');

  it('completes: no trial lost or run twice in effect, no prediction lost', async () => {
    await predicting();
    const [child] = await ratchet.when('a trial to run', () => {
      const children = childrenOf(ratchet.processes()['trainer-1']);
      return children.length ? children : null;
    });
    process.kill(child, 'SIGKILL');
    let done = await moreTrialsDone(0);
    for (const name of ['trainer-1', 'inferencer-1', 'api']) {
      await predicting();
      kill(name);
      done = await moreTrialsDone(done);
    }

    const code = await ratchet.exited;
    expect({ code, said: code === 0 ? '' : ratchet.said.slice(-6000) }).toEqual({ code: 0, said: '' });
    const summary = ratchet.summary();
    expect(summary.trials.map((t) => t.state)).toEqual(Array(9).fill('COMPLETED'));
    expect(summary.failures).toBe(0);
    expect(summary.firstFailure).toBeNull();
  });
});
