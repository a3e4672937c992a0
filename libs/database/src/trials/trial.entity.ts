import { trialStates, type Hyperparameters, type TrialState } from '@ratchet/domain';
import type { FailureCause } from '@ratchet/contracts';
import { Check, Column, Entity, Index, JoinColumn, ManyToOne, type Relation, Unique } from 'typeorm';
import { BigIntColumn, IdColumn, isDigest, oneOf, TimeColumn } from '../columns';
import { DatasetVersion } from '../datasets/dataset-version.entity';
import { Experiment } from '../experiments/experiment.entity';
import { Trainer } from '../fleet/trainer.entity';
import { NetworkVersion } from '../networks/network-version.entity';
import { Task } from '../tasks/task.entity';

/** One cell of an experiment. The row is the truth; a queue job is only a doorbell. */
@Entity('trials')
@Unique('trials_cell_key', ['experimentId', 'datasetVersionId', 'networkVersionId', 'hyperparametersDigest', 'seed'])
@Index(['state', 'leaseExpiresAt'])
@Check('trials_state_check', oneOf('state', trialStates))
@Check('trials_lease_check', "state <> 'RUNNING' OR (leased_by IS NOT NULL AND lease_expires_at IS NOT NULL)")
@Check('trials_hyperparameters_digest_check', isDigest('hyperparameters_digest'))
@Check('trials_weights_digest_check', isDigest('weights_digest'))
@Check('trials_counters_check', 'attempt >= 0 AND lease_token >= 0 AND step >= 0 AND epoch >= 0')
@Check('trials_best_validation_accuracy_check', 'best_validation_accuracy BETWEEN 0 AND 1')
@Check('trials_gate_claim_check', 'gate_claim BETWEEN 0 AND 1')
export class Trial {
  @IdColumn() id!: string;
  @Column('uuid') experimentId!: string;
  @ManyToOne(() => Experiment, { nullable: false })
  @JoinColumn()
  experiment?: Relation<Experiment>;
  @Index()
  @Column('uuid')
  taskId!: string;
  @ManyToOne(() => Task, { nullable: false })
  @JoinColumn()
  task?: Relation<Task>;
  @Column('uuid') datasetVersionId!: string;
  @ManyToOne(() => DatasetVersion, { nullable: false })
  @JoinColumn()
  datasetVersion?: Relation<DatasetVersion>;
  @Column('uuid') networkVersionId!: string;
  @ManyToOne(() => NetworkVersion, { nullable: false })
  @JoinColumn()
  networkVersion?: Relation<NetworkVersion>;
  @Column('jsonb') hyperparameters!: Hyperparameters;
  /** Of the canonical hyperparameters without the seed. */
  @Column('text') hyperparametersDigest!: string;
  @Column('int') seed!: number;

  @Column('text', { default: 'QUEUED' }) state!: TrialState;
  /** How often a trainer started it. */
  @Column('int', { default: 0 }) attempt!: number;
  /** Fencing: rises at every take-over; a write that carries an older one is refused. */
  @BigIntColumn({ default: 0 }) leaseToken!: number;
  @Column('text', { nullable: true }) leasedBy!: string | null;
  @TimeColumn({ nullable: true }) leaseExpiresAt!: Date | null;
  @Column('uuid', { nullable: true }) trainerId!: string | null;
  @ManyToOne(() => Trainer, { nullable: true, onDelete: 'SET NULL' })
  @JoinColumn()
  trainer?: Relation<Trainer> | null;
  @Column('text', { nullable: true }) device!: string | null;
  @Column('boolean', { default: false }) cancelRequested!: boolean;
  @Column('jsonb', { nullable: true }) cause!: FailureCause | null;

  /** Optimizer steps completed. */
  @Column('int', { default: 0 }) step!: number;
  @Column('int', { nullable: true }) totalSteps!: number | null;
  @Column('int', { default: 0 }) epoch!: number;
  @Column('double precision', { nullable: true }) bestValidationAccuracy!: number | null;
  @Column('int', { nullable: true }) bestEpoch!: number | null;
  /** The validation accuracy with which it claimed the task's best and whose model the gate has not judged yet. */
  @Column('double precision', { nullable: true }) gateClaim!: number | null;
  /** Validation confusion `[actual][predicted]` at the best epoch. */
  @Column('jsonb', { nullable: true }) confusion!: number[][] | null;
  @Column('text', { nullable: true }) weightsDigest!: string | null;
  /** Of everything that could change the result: runtime, engine, device. */
  @Column('jsonb', { nullable: true }) versions!: Record<string, string> | null;
  @TimeColumn({ default: () => 'now()' }) queuedAt!: Date;
  @TimeColumn({ nullable: true }) startedAt!: Date | null;
  @TimeColumn({ nullable: true }) finishedAt!: Date | null;
}
