import { Column, Entity, Index } from 'typeorm';
import { CreatedAt, IdColumn, TimeColumn } from '../columns';

@Entity('datasets')
@Index('datasets_name_key', ['name'], { unique: true, where: 'deleted_at IS NULL' })
export class Dataset {
  @IdColumn() id!: string;
  @Column('text') name!: string;
  @Column('text', { default: '' }) description!: string;
  @CreatedAt() createdAt!: Date;
  /** A deleted dataset hides from lists and new experiments; its versions stay, for what was trained on them. */
  @TimeColumn({ nullable: true }) deletedAt!: Date | null;
}
