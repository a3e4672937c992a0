import type { MigrationInterface, QueryRunner } from 'typeorm';

const up = [
  `ALTER TABLE deployments
    ALTER COLUMN promotion_id DROP NOT NULL,
    DROP CONSTRAINT deployments_reason_check,
    ADD CONSTRAINT deployments_reason_check CHECK (reason IN ('promotion', 'rollback', 'challenge')),
    ADD CONSTRAINT deployments_promotion_check CHECK ((reason = 'challenge') = (promotion_id IS NULL))`,
  `CREATE TABLE challenges (
    id uuid NOT NULL,
    task_id uuid NOT NULL,
    model_version_id uuid NOT NULL,
    against_id uuid NOT NULL,
    generation bigint NOT NULL,
    mode text NOT NULL,
    percent double precision NOT NULL,
    started_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz,
    ending text,
    CONSTRAINT challenges_pkey PRIMARY KEY (id),
    CONSTRAINT challenges_mode_check CHECK (mode IN ('canary', 'shadow')),
    CONSTRAINT challenges_percent_check CHECK (percent BETWEEN 0 AND 100),
    CONSTRAINT challenges_rivals_check CHECK (model_version_id <> against_id),
    CONSTRAINT challenges_generation_check CHECK (generation >= 1),
    CONSTRAINT challenges_ending_check CHECK (ending IN ('stopped', 'replaced', 'promoted', 'new-champion')),
    CONSTRAINT challenges_ended_check CHECK ((ending IS NULL) = (ended_at IS NULL))
  )`,
  `CREATE UNIQUE INDEX challenges_open_key ON challenges (task_id) WHERE ended_at IS NULL`,
  `CREATE INDEX challenges_task_id_created_at_idx ON challenges (task_id, created_at)`,
  `CREATE TABLE challenge_reports (
    challenge_id uuid NOT NULL,
    inferencer_id uuid NOT NULL,
    started_at timestamptz NOT NULL,
    figures jsonb NOT NULL,
    reported_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT challenge_reports_pkey PRIMARY KEY (challenge_id, inferencer_id, started_at),
    CONSTRAINT challenge_reports_figures_check CHECK (octet_length(figures::text) <= 16384)
  )`,
  `ALTER TABLE challenges ADD CONSTRAINT challenges_task_id_fkey FOREIGN KEY (task_id) REFERENCES tasks(id)`,
  `ALTER TABLE challenges
    ADD CONSTRAINT challenges_model_version_id_fkey FOREIGN KEY (model_version_id) REFERENCES model_versions(id)`,
  `ALTER TABLE challenges
    ADD CONSTRAINT challenges_against_id_fkey FOREIGN KEY (against_id) REFERENCES model_versions(id)`,
  `ALTER TABLE challenge_reports
    ADD CONSTRAINT challenge_reports_challenge_id_fkey FOREIGN KEY (challenge_id) REFERENCES challenges(id) ON DELETE CASCADE`,
  `ALTER TABLE challenge_reports
    ADD CONSTRAINT challenge_reports_inferencer_id_fkey FOREIGN KEY (inferencer_id) REFERENCES inferencers(id) ON DELETE CASCADE`,
];

const down = [
  `DROP TABLE challenge_reports, challenges`,
  `DELETE FROM deployments WHERE reason = 'challenge'`,
  // Before, the newest deployment was the champion's.
  `UPDATE tasks SET generation = COALESCE((SELECT max(d.generation) FROM deployments d WHERE d.task_id = tasks.id), 0)`,
  `ALTER TABLE deployments
    DROP CONSTRAINT deployments_promotion_check,
    DROP CONSTRAINT deployments_reason_check,
    ADD CONSTRAINT deployments_reason_check CHECK (reason IN ('promotion', 'rollback')),
    ALTER COLUMN promotion_id SET NOT NULL`,
];

/** A second model of a task may answer a share of its requests, or a copy of them. */
export class LetAChallengerTry1795357800000 implements MigrationInterface {
  readonly name = 'LetAChallengerTry1795357800000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}
