import { type DataSource, LessThan, MoreThan } from 'typeorm';
import { User } from '../users/user.entity';
import { Session } from './session.entity';

export class SessionRepository {
  constructor(private readonly database: DataSource) {}

  /** Expired sessions are cleared away on the way. */
  async create(session: Pick<Session, 'tokenSha256' | 'userId' | 'expiresAt'>): Promise<void> {
    await this.database.manager.delete(Session, { expiresAt: LessThan(new Date()) });
    await this.database.manager.insert(Session, session);
  }

  /** A session that still holds, with its user, who is not disabled. */
  async find(tokenSha256: string): Promise<{ session: Session; user: User } | null> {
    const session = await this.database.manager.findOne(Session, {
      where: { tokenSha256, expiresAt: MoreThan(new Date()), user: { disabled: false } },
      relations: { user: true },
    });
    return session ? { session, user: session.user as User } : null;
  }

  async end(tokenSha256: string): Promise<void> {
    await this.database.manager.delete(Session, { tokenSha256 });
  }
}
