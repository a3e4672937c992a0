import type { HyperparameterGrid } from '@ratchet/domain';
import { Column, Entity, Index } from 'typeorm';
import { CreatedAt, IdColumn, TimeColumn } from '../columns';

@Entity('hyperparameter_sets')
@Index('hyperparameter_sets_name_key', ['name'], { unique: true, where: 'deleted_at IS NULL' })
export class HyperparameterSet {
  @IdColumn() id!: string;
  @Column('text') name!: string;
  @Column('text', { default: '' }) description!: string;
  @Column('jsonb') grid!: HyperparameterGrid;
  @CreatedAt() createdAt!: Date;
  @TimeColumn({ nullable: true }) deletedAt!: Date | null;
}
