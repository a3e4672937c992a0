import { splits, type Split } from '@ratchet/domain';
import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { oneOf } from '../columns';
import { DatasetVersion } from './dataset-version.entity';
import { Image } from './image.entity';

/** One row of a dataset version's manifest. */
@Entity('dataset_items')
@Index(['datasetVersionId', 'split', 'class'])
@Index(['datasetVersionId', 'group'])
@Check('dataset_items_split_check', oneOf('split', splits))
@Check('dataset_items_class_check', 'class >= 0')
export class DatasetItem {
  @PrimaryColumn('uuid') datasetVersionId!: string;
  @ManyToOne(() => DatasetVersion, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn()
  datasetVersion?: Relation<DatasetVersion>;
  @PrimaryColumn('text') sha256!: string;
  @ManyToOne(() => Image, { nullable: false })
  @JoinColumn({ name: 'sha256', referencedColumnName: 'sha256' })
  image?: Relation<Image>;
  /** Index into the version's class list. */
  @Column('smallint') class!: number;
  @Column('text') split!: Split;
  @Column('text') group!: string;
  @Column('text') file!: string;
}
