import { Conflict, type RatchetError } from '@ratchet/domain';
import { QueryFailedError } from 'typeorm';

interface PostgresError {
  readonly code?: string;
  readonly constraint?: string;
}

const postgresError = (error: unknown): PostgresError | null =>
  error instanceof QueryFailedError ? (error.driverError as PostgresError) : null;

/** Connection refused, reset or timed out; the server shutting down, starting up or out of connections. */
const unreachable = /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|08|57P0|53300)/;

/** Whether an error means that the database did not answer, rather than that it said no. */
export const isUnreachable = (error: unknown): boolean => {
  const code = postgresError(error)?.code ?? (error as { code?: unknown } | null)?.code;
  if (typeof code === 'string' && unreachable.test(code)) return true;
  return error instanceof Error && /Connection terminated|timeout exceeded when trying to connect/.test(error.message);
};

/**
 * For a logger's `redact`: a failed statement's error holds what was to be written, in its parameters and in what
 * PostgreSQL says of the row, and that may be a password's hash or megabytes.
 */
export const unloggable = { paths: ['err.parameters', 'err.detail', 'err.driverError.detail'], remove: true };

/**
 * Runs `work`; a broken constraint among `meanings` (unique, foreign key or check, by its name) becomes a `Conflict`
 * that says what it means.
 */
export async function explaining<T>(
  meanings: Readonly<Record<string, string | (() => RatchetError)>>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const constraint = postgresError(error)?.constraint;
    const meaning = constraint === undefined ? undefined : meanings[constraint];
    if (meaning === undefined) throw error;
    throw typeof meaning === 'string' ? new Conflict(meaning, { constraint }) : meaning();
  }
}
