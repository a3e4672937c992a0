import { promotionPolicies, type ImageShape, type PromotionPolicy } from '@ratchet/domain';
import { Check, Column, Entity, JoinColumn, ManyToOne, type Relation, Unique } from 'typeorm';
import { BigIntColumn, CreatedAt, IdColumn, oneOf } from '../columns';
import { DatasetVersion } from '../datasets/dataset-version.entity';
import { ModelVersion } from '../models/model-version.entity';
import { Promotion } from '../promotions/promotion.entity';

/** One inspection problem. Its row lock orders everything that may change the champion. */
@Entity('tasks')
@Unique(['name'])
@Check('tasks_policy_check', oneOf('policy', promotionPolicies))
@Check('tasks_classes_check', 'jsonb_array_length(classes) BETWEEN 2 AND 256')
@Check('tasks_escape_tolerance_check', 'escape_tolerance >= 0')
@Check('tasks_minimum_gate_images_per_class_check', 'minimum_gate_images_per_class >= 1')
@Check('tasks_latency_budget_ms_check', 'latency_budget_ms > 0')
@Check('tasks_gate_check', 'gate_images > 0 AND gate_epoch >= 1 AND gate_queries >= 0')
@Check('tasks_generation_check', 'generation >= 0')
@Check('tasks_best_validation_accuracy_check', 'best_validation_accuracy BETWEEN 0 AND 1')
@Check('tasks_champion_check', '(champion_promotion_id IS NULL) = (champion_model_version_id IS NULL)')
export class Task {
  @IdColumn() id!: string;
  /** A slug: how clients address the model. */
  @Column('text') name!: string;
  @Column('text') title!: string;
  @Column('text', { default: '' }) description!: string;
  @Column('jsonb') classes!: string[];
  @Column('jsonb', { default: [] }) criticalClasses!: string[];
  @Column('int', { default: 0 }) escapeTolerance!: number;
  @Column('int', { default: 1 }) minimumGateImagesPerClass!: number;
  @Column('text', { default: 'every-improvement' }) policy!: PromotionPolicy;
  @Column('double precision', { default: 1000 }) latencyBudgetMs!: number;
  @Column('jsonb') input!: ImageShape;

  /** The version whose gate split is the task's frozen gate set. */
  @Column('uuid') gateDatasetVersionId!: string;
  @ManyToOne(() => DatasetVersion, { nullable: false })
  @JoinColumn()
  gateDatasetVersion?: Relation<DatasetVersion>;
  @Column('int') gateImages!: number;
  @Column('int', { default: 1 }) gateEpoch!: number;
  /** Candidates judged in this gate epoch. */
  @Column('int', { default: 0 }) gateQueries!: number;
  /** Of any trial so far: only a strictly better one may ask the gate. */
  @Column('double precision', { nullable: true }) bestValidationAccuracy!: number | null;

  /** The promotion (or rollback) that made the champion what it is. */
  @Column('uuid', { nullable: true }) championPromotionId!: string | null;
  @ManyToOne(() => Promotion, { nullable: true })
  @JoinColumn()
  championPromotion?: Relation<Promotion> | null;
  @Column('uuid', { nullable: true }) championModelVersionId!: string | null;
  @ManyToOne(() => ModelVersion, { nullable: true })
  @JoinColumn()
  championModelVersion?: Relation<ModelVersion> | null;
  /** Of the newest deployment; 0 before the first. */
  @BigIntColumn({ default: 0 }) generation!: number;
  /** Whether the fleet serves the champion; an administrator may have unloaded it. */
  @Column('boolean', { default: true }) served!: boolean;
  @CreatedAt() createdAt!: Date;
}
