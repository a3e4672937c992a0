import { Check, Column, Entity, JoinColumn, ManyToOne, type Relation, Unique } from 'typeorm';
import { BigIntColumn, CreatedAt, IdColumn, oneOf, TimeColumn } from '../columns';
import { ModelVersion } from '../models/model-version.entity';
import { Promotion } from '../promotions/promotion.entity';
import { Task } from '../tasks/task.entity';

export const deploymentReasons = ['promotion', 'rollback'] as const;

/** A desired state of a task's fleet. The highest generation wins. */
@Entity('deployments')
@Unique(['taskId', 'generation'])
@Check('deployments_generation_check', 'generation >= 1')
@Check('deployments_reason_check', oneOf('reason', deploymentReasons))
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
  @Column('uuid') promotionId!: string;
  @ManyToOne(() => Promotion, { nullable: false })
  @JoinColumn()
  promotion?: Relation<Promotion>;
  @CreatedAt() createdAt!: Date;
  /** First and latest inferencer to report this generation as serving. */
  @TimeColumn({ nullable: true }) firstServingAt!: Date | null;
  @TimeColumn({ nullable: true }) lastServingAt!: Date | null;
}
