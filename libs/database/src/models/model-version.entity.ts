import type { ImageShape } from '@ratchet/domain';
import { Check, Column, Entity, Index, JoinColumn, ManyToOne, type Relation, Unique } from 'typeorm';
import { BigIntColumn, CreatedAt, IdColumn, isDigest } from '../columns';
import { Task } from '../tasks/task.entity';
import { Trial } from '../trials/trial.entity';

/** An immutable artifact: an ONNX file and its manifest in the object store, addressed by SHA-256. */
@Entity('model_versions')
@Unique(['taskId', 'version'])
@Unique(['taskId', 'digest'])
@Check('model_versions_digest_check', isDigest('digest'))
@Check('model_versions_size_check', 'version >= 1 AND bytes > 0 AND parameters >= 0 AND flops >= 0')
@Check('model_versions_accuracy_check', 'validation_accuracy BETWEEN 0 AND 1 AND gate_accuracy BETWEEN 0 AND 1')
@Check('model_versions_max_abs_difference_check', 'max_abs_difference >= 0')
export class ModelVersion {
  @IdColumn() id!: string;
  @Column('uuid') taskId!: string;
  @ManyToOne(() => Task, { nullable: false })
  @JoinColumn()
  task?: Relation<Task>;
  @Index()
  @Column('uuid')
  trialId!: string;
  @ManyToOne(() => Trial, { nullable: false })
  @JoinColumn()
  trial?: Relation<Trial>;
  @Column('int') version!: number;
  @Column('text') digest!: string;
  @BigIntColumn() bytes!: number;
  @Column('jsonb') input!: ImageShape;
  @Column('jsonb') classes!: string[];
  @Column('int') parameters!: number;
  @Column('double precision') flops!: number;
  @Column('int') opset!: number;
  /** Largest absolute difference of probabilities between the trainer and the exported file. */
  @Column('double precision') maxAbsDifference!: number;
  @Column('int') epoch!: number;
  @Column('double precision') validationAccuracy!: number;
  @Column('double precision') gateAccuracy!: number;
  @CreatedAt() createdAt!: Date;
}
