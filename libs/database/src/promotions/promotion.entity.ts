import { championStates, testUnits, type ChampionState, type TestUnit } from '@ratchet/domain';
import { promotionOutcomes } from '@ratchet/contracts';
import { Check, Column, Entity, Index, JoinColumn, ManyToOne, type Relation } from 'typeorm';
import { BigIntColumn, CreatedAt, IdColumn, oneOf } from '../columns';
import { ModelVersion } from '../models/model-version.entity';
import { Task } from '../tasks/task.entity';

export type PromotionOutcome = (typeof promotionOutcomes)[number];

/**
 * The gate's evidence about one candidate, or a rollback. The two unique indexes refuse a second judgement under one
 * query number and a second decision under one generation, whatever the code above them does.
 */
@Entity('promotions')
@Index('promotions_query_key', ['taskId', 'gateEpoch', 'query'], {
  unique: true,
  where: "outcome IN ('promoted', 'kept')",
})
@Index('promotions_generation_key', ['taskId', 'generation'], { unique: true, where: 'generation IS NOT NULL' })
@Check('promotions_outcome_check', oneOf('outcome', promotionOutcomes))
@Check('promotions_state_check', oneOf('state', championStates))
@Check(
  'promotions_deployed_check',
  "(outcome IN ('promoted', 'rolled-back')) = (generation IS NOT NULL AND state IS NOT NULL)",
)
@Check('promotions_forward_check', "outcome <> 'promoted' OR against_id IS NULL OR gained > lost")
@Check('promotions_rollback_check', "outcome <> 'rolled-back' OR actor IS NOT NULL")
@Check('promotions_counts_check', 'gained >= 0 AND lost >= 0 AND gate_images > 0 AND query >= 0 AND gate_epoch >= 1')
@Check(
  'promotions_ranges_check',
  'gate_accuracy BETWEEN 0 AND 1 AND against_accuracy BETWEEN 0 AND 1 AND p BETWEEN 0 AND 1 AND latency_ms >= 0',
)
@Check('promotions_test_check', `${oneOf('test_unit', testUnits)} AND test_units >= 0`)
export class Promotion {
  @IdColumn() id!: string;
  @Column('uuid') taskId!: string;
  @ManyToOne(() => Task, { nullable: false })
  @JoinColumn()
  task?: Relation<Task>;
  @Index()
  @Column('uuid')
  modelVersionId!: string;
  @ManyToOne(() => ModelVersion, { nullable: false })
  @JoinColumn()
  modelVersion?: Relation<ModelVersion>;
  /** The champion it was compared with; null for a task's first. */
  @Column('uuid', { nullable: true }) againstId!: string | null;
  @ManyToOne(() => ModelVersion, { nullable: true })
  @JoinColumn()
  against?: Relation<ModelVersion> | null;
  @Column('text') outcome!: PromotionOutcome;
  @Column('text') reason!: string;
  @Column('double precision') gateAccuracy!: number;
  @Column('double precision', { nullable: true }) againstAccuracy!: number | null;
  @Column('int') gained!: number;
  @Column('int') lost!: number;
  @Column('double precision') p!: number;
  /** What the test resampled, and how many of them favoured one of the models. */
  @Column('text') testUnit!: TestUnit;
  @Column('int') testUnits!: number;
  @Column('int') gateImages!: number;
  @Column('int') query!: number;
  @Column('int') gateEpoch!: number;
  @BigIntColumn({ nullable: true }) generation!: number | null;
  @Column('text', { nullable: true }) state!: ChampionState | null;
  @Column('double precision') latencyMs!: number;
  @Column('text', { nullable: true }) actor!: string | null;
  @CreatedAt() createdAt!: Date;
}
