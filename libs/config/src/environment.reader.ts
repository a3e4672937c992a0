import { RatchetError } from '@ratchet/domain';
import { z } from 'zod';

export type Environment = Readonly<Record<string, string | undefined>>;

/** One bad variable: its name, what is wrong with it, and what to set instead. */
export interface EnvironmentProblem {
  readonly variable: string;
  readonly problem: string;
  readonly mend: string;
}

/** The environment cannot be used. Names every bad variable at once, so that one restart mends them all. */
export class InvalidEnvironment extends RatchetError {
  constructor(readonly problems: readonly EnvironmentProblem[]) {
    const lines = problems.map((p) => `  ${p.variable}: ${p.problem}. ${p.mend}`);
    super('invalid_environment', `The environment is not usable:\n${lines.join('\n')}`, { problems });
  }
}

interface VariableOptions {
  readonly mend: string;
  /** The value is kept out of messages. */
  readonly secret?: boolean;
}

/**
 * Reads variables and gathers what is wrong with them. An empty variable counts as unset.
 * After a problem the value handed back is meaningless: call `finish` before using any.
 */
export class EnvironmentReader {
  private readonly problems: EnvironmentProblem[] = [];

  /** @param mayMiss leaves required variables that are not set to whoever sets them later */
  constructor(
    private readonly environment: Environment,
    private readonly mayMiss = false,
  ) {}

  required<S extends z.ZodType>(variable: string, schema: S, options: VariableOptions): z.output<S> {
    const raw = this.raw(variable);
    if (raw === undefined) {
      if (!this.mayMiss) this.problems.push({ variable, problem: 'is not set', mend: options.mend });
      return undefined as z.output<S>;
    }
    return this.parse(variable, raw, schema, options);
  }

  optional<S extends z.ZodType, F>(
    variable: string,
    schema: S,
    fallback: F,
    options: VariableOptions,
  ): z.output<S> | F {
    const raw = this.raw(variable);
    return raw === undefined ? fallback : this.parse(variable, raw, schema, options);
  }

  has(variable: string): boolean {
    return this.raw(variable) !== undefined;
  }

  /** @throws InvalidEnvironment listing everything found wrong so far */
  finish(): void {
    if (this.problems.length > 0) throw new InvalidEnvironment(this.problems);
  }

  private raw(variable: string): string | undefined {
    const value = this.environment[variable]?.trim();
    return value === '' ? undefined : value;
  }

  private parse<S extends z.ZodType>(variable: string, raw: string, schema: S, options: VariableOptions): z.output<S> {
    const result = schema.safeParse(raw);
    if (result.success) return result.data;
    const shown = options.secret ? '' : `'${raw}': `;
    const issues = [...new Set(result.error.issues.map((issue) => issue.message))].join(', ');
    if (!this.problems.some((p) => p.variable === variable))
      this.problems.push({ variable, problem: `${shown}${issues}`, mend: options.mend });
    return undefined as z.output<S>;
  }
}
