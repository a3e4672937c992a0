import { Check, Column, Entity, JoinColumn, ManyToOne, type Relation, Unique } from 'typeorm';
import { BigIntColumn, CreatedAt, IdColumn, isDigest } from '../columns';
import { Trial } from './trial.entity';

@Entity('checkpoints')
@Unique(['trialId', 'step'])
@Check('checkpoints_sha256_check', isDigest('sha256'))
@Check('checkpoints_step_check', 'step >= 0 AND bytes > 0')
export class Checkpoint {
  @IdColumn() id!: string;
  @Column('uuid') trialId!: string;
  @ManyToOne(() => Trial, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn()
  trial?: Relation<Trial>;
  @Column('int') step!: number;
  @Column('text') objectKey!: string;
  @Column('text') sha256!: string;
  @BigIntColumn() bytes!: number;
  @CreatedAt() createdAt!: Date;
}
