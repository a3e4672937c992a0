import { Column, CreateDateColumn, Entity, Index } from 'typeorm';
import { IdColumn } from '../columns';

/** Who did what to which thing. Only ever added to. */
@Entity('audit_events')
@Index(['resource', 'resourceId'])
export class AuditEvent {
  @IdColumn() id!: string;
  @CreateDateColumn({ type: 'timestamptz' }) at!: Date;
  /** E-mail address of a user, `key:NAME` of an API key, or the name of the process that acted by itself. */
  @Column('text') actor!: string;
  @Column('text') action!: string;
  @Column('text') resource!: string;
  @Column('text', { nullable: true }) resourceId!: string | null;
  @Column('jsonb', { default: {} }) detail!: Record<string, unknown>;
}
