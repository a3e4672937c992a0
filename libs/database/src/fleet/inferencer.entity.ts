import type { ServedModel } from '@ratchet/domain';
import { Column, Entity } from 'typeorm';
import { IdColumn, TimeColumn } from '../columns';

/** An inferencer as it last described itself. Silence makes it OFFLINE. */
@Entity('inferencers')
export class Inferencer {
  @IdColumn() id!: string;
  @Column('text') url!: string;
  @Column('text', { nullable: true }) grpcUrl!: string | null;
  @Column('text') host!: string;
  @Column('boolean', { default: false }) draining!: boolean;
  @Column('jsonb', { default: [] }) models!: ServedModel[];
  @Column('jsonb', { default: {} }) versions!: Record<string, string>;
  @TimeColumn() startedAt!: Date;
  @TimeColumn() lastHeartbeatAt!: Date;
}
