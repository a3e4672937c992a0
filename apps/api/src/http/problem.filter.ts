import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import { RatchetError, TooManyRequests } from '@ratchet/domain';
import type { Problem } from '@ratchet/contracts';
import { isUnreachable } from '@ratchet/database';
import type { Response } from 'express';
import type { Logger } from 'pino';
import { z } from 'zod';
import { correlationId } from './request.context';

/** The only place that knows which HTTP status a domain error has. Codes not listed are 500. */
const statuses: Readonly<Record<string, number>> = {
  invalid_query: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  lease_lost: 409,
  too_large: 413,
  invalid_input: 422,
  too_many_requests: 429,
  unavailable: 503,
};

interface Answer {
  readonly status: number;
  readonly problem: Omit<Problem, 'correlationId'>;
}

@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    const id = correlationId() ?? 'none';
    const { status, problem } = answerOf(error);
    if (status >= 500) this.logger.error({ correlationId: id, err: error }, 'request failed');
    if (response.headersSent) {
      response.destroy(); // a half-sent answer must not look whole
      return;
    }
    if (error instanceof TooManyRequests) response.setHeader('Retry-After', String(error.retryAfterSeconds));
    if (status === 503) response.setHeader('Retry-After', '1');
    // A body that was refused unread is not waited for.
    if (!response.req.complete) response.setHeader('Connection', 'close');
    // The inference protocol's clients look for `error`.
    const protocol = response.req.originalUrl.startsWith('/v2/') ? { error: problem.message } : {};
    response.status(status).json({ ...problem, ...protocol, correlationId: id });
  }
}

function answerOf(error: unknown): Answer {
  if (error instanceof z.ZodError) return invalid(error);
  if (error instanceof RatchetError && error.code in statuses) {
    const { code, message, details } = error;
    const field = code === 'invalid_input' && typeof details.field === 'string' ? details.field : null;
    return {
      status: statuses[code],
      problem: {
        code,
        message,
        details,
        ...(field ? { errors: [{ field, message: withoutField(message, field) }] } : {}),
      },
    };
  }
  if (isUnreachable(error))
    return {
      status: 503,
      problem: { code: 'unavailable', message: 'The database does not answer. Try again shortly.' },
    };
  const status = httpStatusOf(error);
  if (status !== null && status < 500)
    return { status, problem: { code: `http_${status}`, message: (error as Error).message } };
  return {
    status: 500,
    problem: {
      code: 'internal',
      message: 'Something went wrong on our side; the log has it under the correlation id.',
    },
  };
}

/** Of Nest's own exceptions and of the body parser's. */
function httpStatusOf(error: unknown): number | null {
  if (error instanceof HttpException) return error.getStatus();
  const status = error instanceof Error ? (error as { status?: unknown }).status : null;
  return typeof status === 'number' ? status : null;
}

function invalid(error: z.ZodError): Answer {
  const errors = error.issues.flatMap(flatten).slice(0, 100);
  const message = errors.map((e) => (e.field ? `${e.field}: ${e.message}` : e.message)).join('; ');
  return { status: 422, problem: { code: 'invalid_input', message: message.slice(0, 2000), errors } };
}

/** Names unknown keys one by one, and of a union the branch that came closest. */
function flatten(issue: z.core.$ZodIssue): { field: string; message: string }[] {
  const field = issue.path.join('.');
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      field: [field, key].filter(Boolean).join('.'),
      message: 'is not a known field',
    }));
  if (issue.code === 'invalid_union') {
    const [closest] = [...issue.errors].sort((a, b) => depth(b) - depth(a));
    if (closest) return closest.flatMap((inner) => flatten({ ...inner, path: [...issue.path, ...inner.path] }));
  }
  return [{ field, message: issue.message }];
}

/** How far a union's branch got: refusals of a value outrank refusals of its type. */
const depth = (issues: readonly z.core.$ZodIssue[]): number =>
  Math.max(...issues.map((issue) => issue.path.length * 2 + (issue.code === 'invalid_type' ? 0 : 1)), 0);

const withoutField = (message: string, field: string): string =>
  message.startsWith(`${field}: `) ? message.slice(field.length + 2) : message;
