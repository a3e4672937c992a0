import { ApiProblem, RatchetClient } from '@ratchet/contracts';
import { HttpError } from 'react-admin';

/** Same origin: the session cookie travels by itself. */
export const client = new RatchetClient('', {});

/**
 * A problem in the shape react-admin's forms understand: `body.errors` by field.
 * What is no problem (a network that broke, an answer that does not fit its schema) passes unchanged.
 */
export function asHttpError(error: unknown): unknown {
  if (!(error instanceof ApiProblem)) return error;
  const { message, errors } = error.problem;
  const fields = Object.fromEntries((errors ?? []).map((e) => [inputOf(e.field), e.message]));
  return new HttpError(message, error.status, { message, ...(errors?.length ? { errors: fields } : {}) });
}

/** A refused entry of a list is shown at the list's input: `grid.learningRate.2` → `grid.learningRate`. */
const inputOf = (field: string): string => field.replace(/(\.\d+)+$/, '');

/** Runs a call and turns its problem into an error that react-admin shows. */
export async function showingProblems<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw asHttpError(error);
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
