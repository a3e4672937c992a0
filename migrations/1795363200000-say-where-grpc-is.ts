import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Inferencers speak gRPC as well, each on a port of its own. */
export class SayWhereGrpcIs1795363200000 implements MigrationInterface {
  readonly name = 'SayWhereGrpcIs1795363200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE inferencers ADD COLUMN grpc_url text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE inferencers DROP COLUMN grpc_url');
  }
}
