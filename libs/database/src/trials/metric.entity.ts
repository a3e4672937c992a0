import { metricNames, type MetricName } from '@ratchet/domain';
import { Check, Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { oneOf } from '../columns';
import { Trial } from './trial.entity';

/** One point of a curve. Only ever added to: a resumed trial's repeated points change nothing. */
@Entity('metrics')
@Check('metrics_name_check', oneOf('name', metricNames))
@Check('metrics_step_check', 'step >= 0')
@Check('metrics_value_check', "value > '-Infinity' AND value < 'Infinity'")
export class Metric {
  @PrimaryColumn('uuid') trialId!: string;
  @ManyToOne(() => Trial, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn()
  trial?: Relation<Trial>;
  @PrimaryColumn('text') name!: MetricName;
  @PrimaryColumn('int') step!: number;
  @Column('double precision') value!: number;
}
