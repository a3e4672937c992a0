import { Check, Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { CreatedAt } from '../columns';
import { DatasetVersion } from '../datasets/dataset-version.entity';
import { ModelVersion } from './model-version.entity';

/** What a gated model said of every gate image: any two models can be compared later without running either. */
@Entity('gate_predictions')
@Check('gate_predictions_predictions_check', 'octet_length(predictions) > 0')
export class GatePrediction {
  @PrimaryColumn('uuid') modelVersionId!: string;
  @ManyToOne(() => ModelVersion, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn()
  modelVersion?: Relation<ModelVersion>;
  @PrimaryColumn('uuid') gateDatasetVersionId!: string;
  @ManyToOne(() => DatasetVersion, { nullable: false })
  @JoinColumn()
  gateDatasetVersion?: Relation<DatasetVersion>;
  /** One byte a gate image, its predicted class, in manifest order (by sha256). */
  @Column('bytea') predictions!: Buffer;
  @CreatedAt() createdAt!: Date;
}
