import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The gate's evidence names the units its p rests on. Until now these were single images, whatever their groups. */
export class SayWhatATestResampled1795383000000 implements MigrationInterface {
  readonly name = 'SayWhatATestResampled1795383000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE promotions ADD COLUMN test_unit text, ADD COLUMN test_units integer');
    await runner.query("UPDATE promotions SET test_unit = 'image', test_units = gained + lost");
    await runner.query(`
      ALTER TABLE promotions
        ALTER COLUMN test_unit SET NOT NULL,
        ALTER COLUMN test_units SET NOT NULL,
        ADD CONSTRAINT promotions_test_check CHECK (test_unit IN ('image', 'group') AND test_units >= 0)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE promotions DROP COLUMN test_unit, DROP COLUMN test_units');
  }
}
