import type { ChallengeFigures } from '@ratchet/domain';
import { Check, Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { TimeColumn } from '../columns';
import { Inferencer } from '../fleet/inferencer.entity';
import { Challenge } from './challenge.entity';

/** What one run of one inferencer saw of a challenge, in total: taking a report twice changes nothing. */
@Entity('challenge_reports')
@Check('challenge_reports_figures_check', 'octet_length(figures::text) <= 16384')
export class ChallengeReport {
  @PrimaryColumn('uuid') challengeId!: string;
  @ManyToOne(() => Challenge, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn()
  challenge?: Relation<Challenge>;
  @PrimaryColumn('uuid') inferencerId!: string;
  @ManyToOne(() => Inferencer, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn()
  inferencer?: Relation<Inferencer>;
  /** When the inferencer's process started: it counts from then. */
  @PrimaryColumn('timestamptz') startedAt!: Date;
  @Column('jsonb') figures!: ChallengeFigures;
  @TimeColumn({ default: () => 'now()' }) reportedAt!: Date;
}
