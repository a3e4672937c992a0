import { roles, type Role } from '@ratchet/domain';
import { Check, Column, Entity, JoinColumn, ManyToOne, type Relation, Unique } from 'typeorm';
import { CreatedAt, IdColumn, isDigest, oneOf, TimeColumn } from '../columns';
import { User } from '../users/user.entity';

@Entity('api_keys')
@Unique(['keySha256'])
@Check('api_keys_role_check', oneOf('role', roles))
@Check('api_keys_key_sha256_check', isDigest('key_sha256'))
export class ApiKey {
  @IdColumn() id!: string;
  @Column('text') name!: string;
  @Column('text') role!: Role;
  /** The key's first characters, to recognise it by. */
  @Column('text') prefix!: string;
  @Column('text') keySha256!: string;
  @Column('uuid', { nullable: true }) createdById!: string | null;
  @ManyToOne(() => User, { nullable: true, onDelete: 'SET NULL' })
  @JoinColumn()
  createdBy?: Relation<User> | null;
  @CreatedAt() createdAt!: Date;
  @TimeColumn({ nullable: true }) lastUsedAt!: Date | null;
  @TimeColumn({ nullable: true }) revokedAt!: Date | null;
}
