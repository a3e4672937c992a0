import { Check, Column, Entity, JoinColumn, ManyToOne, type Relation, Unique } from 'typeorm';
import { BigIntColumn, CreatedAt, IdColumn, oneOf, TimeColumn } from '../columns';
import { ModelVersion } from '../models/model-version.entity';
import { Promotion } from '../promotions/promotion.entity';
import { Task } from '../tasks/task.entity';

export const deploymentReasons = ['promotion', 'rollback', 'challenge'] as const;

/** A model that a task's fleet was told to serve, as its champion or beside it. Generations number them as they come. */
@Entity('deployments')
@Unique(['taskId', 'generation'])
@Check('deployments_generation_check', 'generation >= 1')
@Check('deployments_reason_check', oneOf('reason', deploymentReasons))
@Check('deployments_promotion_check', "(reason = 'challenge') = (promotion_id IS NULL)")
@Check('deployments_serving_check', 'last_serving_at >= first_serving_at')
export class Deployment {
  @IdColumn() id!: string;
  @Column('uuid') taskId!: string;
  @ManyToOne(() => Task, { nullable: false })
  @JoinColumn()
  task?: Relation<Task>;
  @BigIntColumn() generation!: number;
  @Column('uuid') modelVersionId!: string;
  @ManyToOne(() => ModelVersion, { nullable: false })
  @JoinColumn()
  modelVersion?: Relation<ModelVersion>;
  @Column('text') reason!: (typeof deploymentReasons)[number];
  /** A challenger has none. */
  @Column('uuid', { nullable: true }) promotionId!: string | null;
  @ManyToOne(() => Promotion, { nullable: true })
  @JoinColumn()
  promotion?: Relation<Promotion> | null;
  @CreatedAt() createdAt!: Date;
  /** First and latest inferencer to report this generation as serving. */
  @TimeColumn({ nullable: true }) firstServingAt!: Date | null;
  @TimeColumn({ nullable: true }) lastServingAt!: Date | null;
}
