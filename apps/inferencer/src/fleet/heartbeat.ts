import type { Logger } from 'pino';
import type { Dispatcher } from 'undici';
import { desiredDeployments, type InferencerHeartbeat } from '@ratchet/contracts';
import type { DesiredDeployment } from '@ratchet/domain';

const EVERY_MS = 2_000;
const TIMEOUT_MS = 5_000;

/** Tells the API how this inferencer is, every two seconds and at every change; the answer is the desired state. */
export class Heartbeat {
  private timer: NodeJS.Timeout | null = null;
  private beating: Promise<void> | null = null;
  private again = false;
  private stopped = false;
  private failing = false;
  private unkept = false;

  constructor(
    private readonly api: { readonly dispatcher: Dispatcher; readonly origin: string; readonly token: string },
    private readonly describe: () => InferencerHeartbeat,
    private readonly onDesired: (desired: readonly DesiredDeployment[]) => Promise<void>,
    private readonly log: Logger,
  ) {}

  start(): void {
    void this.beat();
  }

  /** Beats now, or right after the beat that is under way. Resolves once the API has heard of the present state. */
  beat(): Promise<void> {
    if (this.beating) {
      this.again = true;
      return this.beating;
    }
    if (this.timer) clearTimeout(this.timer);
    this.beating = this.beatUntilQuiet().finally(() => {
      this.beating = null;
      if (!this.stopped) this.timer = setTimeout(() => void this.beat(), EVERY_MS);
    });
    return this.beating;
  }

  stop(): void {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
  }

  private async beatUntilQuiet(): Promise<void> {
    do {
      this.again = false;
      await this.beatOnce();
    } while (this.again && !this.failing);
  }

  private async beatOnce(): Promise<void> {
    try {
      const response = await this.api.dispatcher.request({
        origin: this.api.origin,
        path: '/internal/inferencers/heartbeat',
        method: 'POST',
        headers: { authorization: `Bearer ${this.api.token}`, 'content-type': 'application/json' },
        body: JSON.stringify(this.describe()),
        headersTimeout: TIMEOUT_MS,
        bodyTimeout: TIMEOUT_MS,
      });
      if (response.statusCode < 200 || response.statusCode > 299)
        throw new Error(`the API answered ${response.statusCode}: ${(await response.body.text()).slice(0, 300)}`);
      const desired = desiredDeployments.parse(await response.body.json());
      if (this.failing) this.log.info('the API hears this inferencer again');
      this.failing = false;
      await this.follow(desired);
    } catch (error) {
      if (!this.failing)
        this.log.warn({ cause: (error as Error).message }, 'the API did not take a heartbeat; serving goes on');
      this.failing = true;
    }
  }

  /** What cannot be done about the answer, such as keeping it on a full disk, is no fault of the API. */
  private async follow(desired: readonly DesiredDeployment[]): Promise<void> {
    try {
      await this.onDesired(desired);
      this.unkept = false;
    } catch (error) {
      if (!this.unkept)
        this.log.warn(
          { cause: (error as Error).message },
          'the desired state is not on disk: a restart would not know it',
        );
      this.unkept = true;
    }
  }
}
