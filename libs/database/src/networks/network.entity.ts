import { Column, Entity, Index } from 'typeorm';
import { CreatedAt, IdColumn, TimeColumn } from '../columns';

@Entity('networks')
@Index('networks_name_key', ['name'], { unique: true, where: 'deleted_at IS NULL' })
export class Network {
  @IdColumn() id!: string;
  @Column('text') name!: string;
  @Column('text', { default: '' }) description!: string;
  @CreatedAt() createdAt!: Date;
  @TimeColumn({ nullable: true }) deletedAt!: Date | null;
}
