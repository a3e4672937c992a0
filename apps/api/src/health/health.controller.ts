import { Controller, Get, Inject } from '@nestjs/common';
import { Unavailable, type ObjectStore } from '@ratchet/domain';
import { DatabaseHealth } from '@ratchet/database';
import { z } from 'zod';
import { Endpoint } from '../http/endpoint.decorator';
import { OBJECT_STORE } from '../platform/platform.tokens';
import { Queues } from '../platform/queues';

const alive = z.object({ status: z.literal('ok') });
const ready = z.object({ status: z.literal('ready') });
const probeMs = 2_000;

@Controller()
export class HealthController {
  constructor(
    private readonly database: DatabaseHealth,
    private readonly queues: Queues,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
  ) {}

  @Get('healthz')
  @Endpoint({ summary: 'Whether the process answers at all', access: 'public', answer: alive })
  healthz(): z.output<typeof alive> {
    return { status: 'ok' };
  }

  @Get('readyz')
  @Endpoint({ summary: 'Whether everything the API depends on answers', access: 'public', answer: ready })
  async readyz(): Promise<z.output<typeof ready>> {
    const probes = {
      PostgreSQL: this.database.check(),
      Redis: this.queues.check(),
      'the object store': this.store.check(),
    };
    const results = await Promise.allSettled(Object.values(probes).map(withinTime));
    const down = Object.keys(probes).filter((_, i) => results[i].status === 'rejected');
    if (down.length) throw new Unavailable(down.join(' and '), 'Requests that need it will fail until it is back.');
    return { status: 'ready' };
  }
}

const withinTime = (probe: Promise<void>): Promise<void> => {
  let timer: NodeJS.Timeout;
  const late = new Promise<void>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${probeMs} ms`)), probeMs);
  });
  return Promise.race([probe, late]).finally(() => clearTimeout(timer));
};
