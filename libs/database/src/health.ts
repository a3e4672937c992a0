import { Unavailable } from '@ratchet/domain';
import type { DataSource } from 'typeorm';

export class DatabaseHealth {
  constructor(private readonly database: DataSource) {}

  /** @throws Unavailable */
  async check(): Promise<void> {
    try {
      await this.database.query('SELECT 1');
    } catch (error) {
      throw new Unavailable('PostgreSQL', 'Check DATABASE_URL and the server.', { cause: error });
    }
  }
}
