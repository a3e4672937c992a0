import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { SupervisedProcess } from './supervised.process';

describe('a supervised process', () => {
  let directory: string;
  const running: SupervisedProcess[] = [];
  beforeEach(() => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), 'ratchet-supervised-'));
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((supervised) => supervised.stop(0)));
    fs.rmSync(directory, { recursive: true, force: true });
  });

  /** A process with the given code, and what its supervisor heard; `heard(n)` waits for the nth thing. */
  const supervise = (code: string) => {
    const script = path.join(directory, 'process.cjs');
    fs.writeFileSync(script, code);
    const events: string[] = [];
    let wake: () => void = () => undefined;
    const note = (event: string) => {
      events.push(event);
      wake();
    };
    const logFile = path.join(directory, 'process.log');
    const supervised = new SupervisedProcess(
      { name: 'worker', script, environment: process.env, logFile },
      {
        onReady: () => note('ready'),
        onCrash: (_name, how, tail, restartMs) => note(`${how}, ${tail}, again in ${restartMs}`),
      },
    );
    running.push(supervised);
    const heard = async (count: number) => {
      while (events.length < count) await new Promise<void>((resolve) => (wake = resolve));
      return events;
    };
    return { supervised, events, heard, logFile };
  };
  const stayReady = `process.on('disconnect', () => process.exit(0)); process.send({ type: 'ready', url: 'http://here' });`;

  it('is ready when it says so, and its output goes to its log', async () => {
    const { supervised, logFile } = supervise(`console.log('to the log'); console.error('this too'); ${stayReady}`);
    expect(await supervised.start()).toEqual({ url: 'http://here' });
    expect(fs.readFileSync(logFile, 'utf8')).toBe('to the log\nthis too\n');
  });

  it('that ends before it is ready fails the start with the end of its log', async () => {
    const { supervised, events } = supervise(`console.error('DATABASE_URL is not set'); process.exit(3);`);
    await expect(supervised.start()).rejects.toThrow(
      /worker ended with code 3 before it was ready[\s\S]*DATABASE_URL is not set/,
    );
    expect(events).toEqual([]);
  });

  it('is started again after it was killed, with growing delays', async () => {
    const { supervised, heard } = supervise(stayReady);
    await supervised.start();
    process.kill(supervised.pid!, 'SIGKILL');
    await heard(3);
    process.kill(supervised.pid!, 'SIGKILL');
    expect(await heard(5)).toEqual([
      'ready',
      'was ended by SIGKILL, , again in 250',
      'ready',
      'was ended by SIGKILL, , again in 500',
      'ready',
    ]);
  });

  it('that fails on every restart is tried on and on', async () => {
    const flag = path.join(directory, 'broken');
    const { supervised, heard } = supervise(
      `if (require('fs').existsSync(${JSON.stringify(flag)})) throw 'broken'; ${stayReady}`,
    );
    await supervised.start();
    fs.writeFileSync(flag, '');
    process.kill(supervised.pid!, 'SIGKILL');
    const events = await heard(3);
    expect(events[2]).toMatch(/ended with code 1, [\s\S]*broken[\s\S]*again in 500/);
    fs.rmSync(flag);
    expect((await heard(4))[3]).toBe('ready');
  });

  it('is not started again when it was told to stop, even in between', async () => {
    const { supervised, heard, events } = supervise(stayReady);
    await supervised.start();
    process.kill(supervised.pid!, 'SIGKILL');
    await heard(2);
    await supervised.stop(1000);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(events).toHaveLength(2);
  });

  it('that does not heed SIGTERM is killed after the grace', async () => {
    const { supervised } = supervise(`process.on('SIGTERM', () => undefined); ${stayReady}`);
    await supervised.start();
    const pid = supervised.pid!;
    await supervised.stop(100);
    expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
  });
});
