import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { CreatedAt } from '../columns';

/** The answer to a creating call, kept so that its repetition creates nothing. `status` is null while it runs. */
@Entity('idempotency_keys')
export class IdempotencyKey {
  /** The id of the user or API key. */
  @PrimaryColumn('text') caller!: string;
  @PrimaryColumn('text') key!: string;
  @Column('text') route!: string;
  @Column('text') requestDigest!: string;
  @Column('int', { nullable: true }) status!: number | null;
  @Column('jsonb', { nullable: true }) response!: unknown;
  @Index()
  @CreatedAt()
  createdAt!: Date;
}
