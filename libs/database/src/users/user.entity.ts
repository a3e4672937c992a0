import { roles, type Role } from '@ratchet/domain';
import { Check, Column, Entity, Unique } from 'typeorm';
import { CreatedAt, IdColumn, oneOf } from '../columns';

@Entity('users')
@Unique(['email'])
@Check('users_email_check', 'email = lower(email)')
@Check('users_role_check', oneOf('role', roles))
export class User {
  @IdColumn() id!: string;
  /** Lower case, so that one address is one account. */
  @Column('text') email!: string;
  @Column('text') name!: string;
  @Column('text') role!: Role;
  /** `scrypt$N$r$p$salt$hash`, base64. */
  @Column('text') passwordHash!: string;
  @Column('boolean', { default: false }) disabled!: boolean;
  @CreatedAt() createdAt!: Date;
}
