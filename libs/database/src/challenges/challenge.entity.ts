import { challengeEndings, challengeModes, type ChallengeEnding, type ChallengeMode } from '@ratchet/domain';
import { Check, Column, Entity, Index, JoinColumn, ManyToOne, type Relation } from 'typeorm';
import { BigIntColumn, CreatedAt, IdColumn, oneOf, TimeColumn } from '../columns';
import { ModelVersion } from '../models/model-version.entity';
import { Task } from '../tasks/task.entity';

/** A model on trial beside one champion of its task. The unique index lets a task have one at a time. */
@Entity('challenges')
@Index('challenges_open_key', ['taskId'], { unique: true, where: 'ended_at IS NULL' })
@Index(['taskId', 'createdAt'])
@Check('challenges_mode_check', oneOf('mode', challengeModes))
@Check('challenges_percent_check', 'percent BETWEEN 0 AND 100')
@Check('challenges_rivals_check', 'model_version_id <> against_id')
@Check('challenges_generation_check', 'generation >= 1')
@Check('challenges_ending_check', oneOf('ending', challengeEndings))
@Check('challenges_ended_check', '(ending IS NULL) = (ended_at IS NULL)')
export class Challenge {
  @IdColumn() id!: string;
  @Column('uuid') taskId!: string;
  @ManyToOne(() => Task, { nullable: false })
  @JoinColumn()
  task?: Relation<Task>;
  /** The challenger. */
  @Column('uuid') modelVersionId!: string;
  @ManyToOne(() => ModelVersion, { nullable: false })
  @JoinColumn()
  modelVersion?: Relation<ModelVersion>;
  /** The champion of that time. */
  @Column('uuid') againstId!: string;
  @ManyToOne(() => ModelVersion, { nullable: false })
  @JoinColumn()
  against?: Relation<ModelVersion>;
  /** Of the challenger's deployment. */
  @BigIntColumn() generation!: number;
  @Column('text') mode!: ChallengeMode;
  @Column('double precision') percent!: number;
  @Column('text') startedBy!: string;
  @CreatedAt() createdAt!: Date;
  @TimeColumn({ nullable: true }) endedAt!: Date | null;
  @Column('text', { nullable: true }) ending!: ChallengeEnding | null;
}
