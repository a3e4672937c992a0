import type { NetworkDescription, NetworkSpec } from '@ratchet/domain';
import { Check, Column, Entity, JoinColumn, ManyToOne, type Relation, Unique } from 'typeorm';
import { CreatedAt, IdColumn, isDigest } from '../columns';
import { Network } from './network.entity';

/** An architecture as registered; the digest is that of its canonical spec. */
@Entity('network_versions')
@Unique(['networkId', 'version'])
@Unique(['networkId', 'digest'])
@Check('network_versions_digest_check', isDigest('digest'))
@Check('network_versions_version_check', 'version >= 1')
export class NetworkVersion {
  @IdColumn() id!: string;
  @Column('uuid') networkId!: string;
  @ManyToOne(() => Network, { nullable: false })
  @JoinColumn()
  network?: Relation<Network>;
  @Column('int') version!: number;
  @Column('jsonb') spec!: NetworkSpec;
  @Column('text') digest!: string;
  @Column('jsonb') description!: NetworkDescription;
  @CreatedAt() createdAt!: Date;
}
