import type { MigrationInterface, QueryRunner } from 'typeorm';

/** An administrator may take a task's model out of the fleet, and put it back. */
export class LetATaskBeUnloaded1795363260000 implements MigrationInterface {
  readonly name = 'LetATaskBeUnloaded1795363260000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE tasks ADD COLUMN served boolean NOT NULL DEFAULT true');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE tasks DROP COLUMN served');
  }
}
