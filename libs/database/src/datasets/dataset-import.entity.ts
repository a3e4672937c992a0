import { importStates, type ImportState } from '@ratchet/domain';
import type { ImportOptions, ImportProgress, ImportReport } from '@ratchet/contracts';
import { Check, Column, Entity, Index, JoinColumn, ManyToOne, type Relation } from 'typeorm';
import { BigIntColumn, CreatedAt, IdColumn, oneOf, TimeColumn } from '../columns';
import { Dataset } from './dataset.entity';
import { DatasetVersion } from './dataset-version.entity';

/** One uploaded archive on its way to a dataset version. */
@Entity('dataset_imports')
@Check('dataset_imports_state_check', oneOf('state', importStates))
@Check('dataset_imports_bytes_check', 'bytes >= 0')
@Check('dataset_imports_dead_runners_check', 'dead_runners >= 0')
@Check('dataset_imports_completed_check', "state <> 'COMPLETED' OR dataset_version_id IS NOT NULL")
export class DatasetImport {
  @IdColumn() id!: string;
  @Index()
  @Column('uuid')
  datasetId!: string;
  @ManyToOne(() => Dataset, { nullable: false })
  @JoinColumn()
  dataset?: Relation<Dataset>;
  @Column('text', { default: 'PENDING' }) state!: ImportState;
  @Column('text') fileName!: string;
  /** Where the archive lies in the object store. */
  @Column('text') uploadKey!: string;
  @BigIntColumn({ default: 0 }) bytes!: number;
  @Column('jsonb') options!: ImportOptions;
  @Column('jsonb') progress!: ImportProgress;
  @Column('jsonb', { nullable: true }) report!: ImportReport | null;
  @Column('text', { nullable: true }) error!: string | null;
  @Column('uuid', { nullable: true }) datasetVersionId!: string | null;
  @ManyToOne(() => DatasetVersion, { nullable: true })
  @JoinColumn()
  datasetVersion?: Relation<DatasetVersion> | null;
  @Column('boolean', { default: false }) cancelRequested!: boolean;
  /** Processes that ended in the middle of it without a word. */
  @Column('int', { default: 0 }) deadRunners!: number;
  @CreatedAt() createdAt!: Date;
  @TimeColumn({ nullable: true }) finishedAt!: Date | null;
}
