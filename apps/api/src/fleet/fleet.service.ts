import { Injectable } from '@nestjs/common';
import type { InferencerHeartbeat } from '@ratchet/contracts';
import type { DesiredDeployment } from '@ratchet/domain';
import { Challenges, InferencerRegistry } from '@ratchet/database';
import { FleetDirectory } from './fleet.directory';

/** Takes heartbeats. */
@Injectable()
export class FleetService {
  constructor(
    private readonly registry: InferencerRegistry,
    private readonly challenges: Challenges,
    private readonly directory: FleetDirectory,
  ) {}

  /** The directory hears first, so that predictions find their way even while the database does not answer. */
  async heartbeat({ challenges, ...beat }: InferencerHeartbeat): Promise<DesiredDeployment[]> {
    this.directory.hear({ ...beat, lastHeartbeatAt: new Date() });
    const startedAt = new Date(beat.startedAt);
    await this.registry.heartbeat({ ...beat, startedAt });
    await this.challenges.report(beat.id, startedAt, challenges);
    return this.registry.desired();
  }
}
