import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { CreatedAt, isDigest, TimeColumn } from '../columns';
import { User } from '../users/user.entity';

/** A signed-in browser. Only the hash of the token is kept: a stolen table opens no door. */
@Entity('sessions')
@Check('sessions_token_sha256_check', isDigest('token_sha256'))
export class Session {
  @PrimaryColumn('text') tokenSha256!: string;
  @Index()
  @Column('uuid')
  userId!: string;
  @ManyToOne(() => User, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn()
  user?: Relation<User>;
  @CreatedAt() createdAt!: Date;
  @TimeColumn() expiresAt!: Date;
}
