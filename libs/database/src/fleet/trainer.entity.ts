import { Check, Column, Entity } from 'typeorm';
import { IdColumn, TimeColumn } from '../columns';

/** A trainer as it last described itself. Silence makes it OFFLINE. */
@Entity('trainers')
@Check('trainers_slots_check', 'slots >= 1 AND busy >= 0')
export class Trainer {
  @IdColumn() id!: string;
  @Column('text') host!: string;
  @Column('text') device!: string;
  @Column('int') slots!: number;
  @Column('int', { default: 0 }) busy!: number;
  @Column('boolean', { default: false }) draining!: boolean;
  @Column('jsonb', { default: {} }) versions!: Record<string, string>;
  @TimeColumn() startedAt!: Date;
  @TimeColumn() lastHeartbeatAt!: Date;
}
