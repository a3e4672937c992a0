import { Check, Column, Entity, Index, JoinColumn, ManyToOne, type Relation } from 'typeorm';
import { CreatedAt, IdColumn } from '../columns';
import { Task } from '../tasks/task.entity';

/** Datasets × networks × hyperparameter sets, as they were selected; its cells are trials. */
@Entity('experiments')
@Check(
  'experiments_selection_check',
  'cardinality(dataset_version_ids) > 0 AND cardinality(network_version_ids) > 0 AND cardinality(hyperparameter_set_ids) > 0',
)
export class Experiment {
  @IdColumn() id!: string;
  @Column('text') name!: string;
  @Index()
  @Column('uuid')
  taskId!: string;
  @ManyToOne(() => Task, { nullable: false })
  @JoinColumn()
  task?: Relation<Task>;
  @Column('uuid', { array: true }) datasetVersionIds!: string[];
  @Column('uuid', { array: true }) networkVersionIds!: string[];
  @Column('uuid', { array: true }) hyperparameterSetIds!: string[];
  /** Actor, as in the audit trail. */
  @Column('text') createdBy!: string;
  @CreatedAt() createdAt!: Date;
}
