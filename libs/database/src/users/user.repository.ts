import { Conflict, NotFound } from '@ratchet/domain';
import { type DataSource, Not } from 'typeorm';
import { notifyLive } from '../live/live-notice';
import { newId } from '../columns';
import { explaining } from '../errors';
import type { ListFields, ListRequest, Page } from '../listing/list.request';
import { listRows } from '../listing/list.rows';
import { Session } from '../sessions/session.entity';
import { User } from './user.entity';

const fields: ListFields = {
  id: { column: 'user.id', kind: 'uuid' },
  email: { column: 'user.email', kind: 'text', searched: true },
  name: { column: 'user.name', kind: 'text', searched: true },
  role: { column: 'user.role', kind: 'text' },
  disabled: { column: 'user.disabled', kind: 'boolean' },
  createdAt: { column: 'user.createdAt', kind: 'time' },
};

const FIRST_USER_LOCK = 7_482_392;

export type NewUser = Pick<User, 'email' | 'name' | 'role' | 'passwordHash'>;

export class UserRepository {
  constructor(private readonly database: DataSource) {}

  list(request: ListRequest): Promise<Page<User>> {
    return listRows(this.database.createQueryBuilder(User, 'user'), fields, request);
  }

  async get(id: string): Promise<User> {
    const user = await this.database.manager.findOneBy(User, { id });
    if (!user) throw new NotFound('user', id);
    return user;
  }

  findByEmail(email: string): Promise<User | null> {
    return this.database.manager.findOneBy(User, { email: email.toLowerCase() });
  }

  /** @throws Conflict when the address is taken */
  async create(user: NewUser): Promise<User> {
    const email = user.email.toLowerCase();
    const id = newId();
    await explaining({ users_email_key: `There is a user with the address ${email} already.` }, () =>
      this.database.manager.insert(User, { ...user, email, id }),
    );
    return this.get(id);
  }

  /** Whether there is nobody yet, so that a password has to be made for the first administrator. */
  async isEmpty(): Promise<boolean> {
    return !(await this.database.manager.exists(User));
  }

  /** Of processes that start together one creates the first user. @returns whether this call did */
  async createFirst(user: NewUser): Promise<boolean> {
    return this.database.transaction(async (manager) => {
      await manager.query('SELECT pg_advisory_xact_lock($1)', [FIRST_USER_LOCK]);
      if (await manager.exists(User)) return false;
      await manager.insert(User, { ...user, email: user.email.toLowerCase(), id: newId() });
      return true;
    });
  }

  /**
   * A new password or a disabled account ends the user's sessions.
   * @throws Conflict when nobody would be left who can administer
   */
  async update(id: string, change: Partial<Omit<NewUser, 'email'>> & { disabled?: boolean }): Promise<User> {
    return this.database.transaction(async (manager) => {
      await manager.query('SELECT pg_advisory_xact_lock($1)', [FIRST_USER_LOCK]);
      const user = await manager.findOneBy(User, { id });
      if (!user) throw new NotFound('user', id);
      const next = { ...user, ...change };
      const wasAdmin = user.role === 'admin' && !user.disabled;
      const staysAdmin = next.role === 'admin' && !next.disabled;
      if (wasAdmin && !staysAdmin && !(await manager.existsBy(User, { id: Not(id), role: 'admin', disabled: false })))
        throw new Conflict(`${user.email} is the last administrator; make somebody else one first.`);
      if (Object.keys(change).length) await manager.update(User, { id }, change);
      if (change.passwordHash || change.disabled) await manager.delete(Session, { userId: id });
      await notifyLive(manager, { type: 'changed', resource: 'users', id });
      return manager.findOneByOrFail(User, { id });
    });
  }
}
