import type { Split } from '@ratchet/domain';
import { Check, Column, Entity, JoinColumn, ManyToOne, type Relation, Unique } from 'typeorm';
import { CreatedAt, IdColumn, isDigest } from '../columns';
import { Dataset } from './dataset.entity';

/** An immutable manifest, addressed by the SHA-256 of its canonical form. */
@Entity('dataset_versions')
@Unique(['datasetId', 'version'])
@Unique(['datasetId', 'digest'])
@Check('dataset_versions_digest_check', isDigest('digest'))
@Check('dataset_versions_version_check', 'version >= 1')
@Check('dataset_versions_images_check', 'images > 0 AND groups > 0')
export class DatasetVersion {
  @IdColumn() id!: string;
  @Column('uuid') datasetId!: string;
  @ManyToOne(() => Dataset, { nullable: false })
  @JoinColumn()
  dataset?: Relation<Dataset>;
  @Column('int') version!: number;
  @Column('text') digest!: string;
  @Column('jsonb') classes!: string[];
  /** `counts[class][split]` images. */
  @Column('jsonb') counts!: Record<Split, number>[];
  @Column('int') images!: number;
  @Column('int') groups!: number;
  @CreatedAt() createdAt!: Date;
}
