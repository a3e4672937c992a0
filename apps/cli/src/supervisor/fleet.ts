import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { type FleetSettings, planFleet } from './fleet.plan';
import { type ProcessObserver, SupervisedProcess } from './supervised.process';

const stateSchema = z.object({
  url: z.string(),
  processes: z.record(z.string(), z.object({ pid: z.int() })),
});
/** Who runs on a directory, for commands beside it and for operators. */
export type FleetState = z.output<typeof stateSchema>;

const WORKER_GRACE_MS = 20_000;
const API_GRACE_MS = 15_000;

/** The processes of one machine, started in order, kept running, stopped in order. */
export class Fleet {
  private readonly running: SupervisedProcess[] = [];
  private state: FleetState | null = null;
  private aborted = false;

  constructor(
    private readonly settings: FleetSettings,
    private readonly observer: ProcessObserver,
  ) {}

  /** Resolves to the API's address when every process is ready. @throws RatchetError naming the one that is not */
  async start(): Promise<string> {
    const { api, workers } = planFleet(this.settings);
    const { url } = await this.launch([api]).then(([ready]) => ready);
    if (!url) throw new Error('the API did not tell its address');
    this.state = { url, processes: {} };
    if (!this.aborted) await this.launch(workers);
    this.writeState();
    return url;
  }

  /** Workers first: they still report to the API and the database while they end. */
  async stop(): Promise<void> {
    this.aborted = true;
    const [api, ...workers] = this.running;
    await Promise.all(workers.map((worker) => worker.stop(WORKER_GRACE_MS)));
    await api?.stop(API_GRACE_MS);
    fs.rmSync(stateFile(this.settings.directory), { force: true });
  }

  /** Ends everything at once, without a chance to tidy up. */
  async kill(): Promise<void> {
    this.aborted = true;
    await Promise.all(this.running.map((process) => process.stop(0)));
  }

  private launch(plans: ReturnType<typeof planFleet>['workers']): Promise<{ url?: string }[]> {
    return Promise.all(
      plans.map((plan) => {
        const supervised = new SupervisedProcess(plan, {
          onReady: (name, pid) => {
            this.observer.onReady(name, pid);
            this.writeState();
          },
          onCrash: this.observer.onCrash,
        });
        this.running.push(supervised);
        return supervised.start();
      }),
    );
  }

  private writeState(): void {
    if (!this.state || this.aborted) return;
    const processes = this.running.flatMap(({ plan, pid }) => (pid ? [[plan.name, { pid }] as const] : []));
    const file = stateFile(this.settings.directory);
    fs.writeFileSync(
      `${file}.new`,
      `${JSON.stringify({ ...this.state, processes: Object.fromEntries(processes) }, null, 2)}\n`,
    );
    fs.renameSync(`${file}.new`, file);
  }
}

const stateFile = (directory: string) => path.join(directory, 'processes.json');

/** What runs on a directory according to its supervisor; null when none is running. */
export function readFleetState(directory: string): FleetState | null {
  try {
    return stateSchema.parse(JSON.parse(fs.readFileSync(stateFile(directory), 'utf8')));
  } catch {
    return null;
  }
}
