import { type ArgumentsHost, BadRequestException, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import { RatchetError, TooManyRequests } from '@ratchet/domain';
import type { Problem } from '@ratchet/contracts';
import { isUnreachable } from '@ratchet/database';
import type { Response } from 'express';
import type { Logger } from 'pino';
import { z } from 'zod';
import { fieldErrors } from './field.messages';
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
    return { status, problem: { code: `http_${status}`, message: messageOf(error as Error) } };
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

/** The body parser and the router know what was wrong, not what would mend it. */
function messageOf(error: Error & { type?: unknown; limit?: unknown }): string {
  if (error instanceof BadRequestException && error.message.includes('JSON'))
    return `body: is not valid JSON (${error.message}). Send JSON.`;
  if (error.type === 'entity.too.large') return `body: is larger than the ${error.limit} bytes allowed. Send less.`;
  const route = /^Cannot (\S+ \S+)$/.exec(error.message)?.[1];
  return route ? `There is no ${route}. GET /api/openapi.json tells what there is.` : error.message;
}

function invalid(error: z.ZodError): Answer {
  const errors = fieldErrors(error).slice(0, 100);
  const message = errors.map((e) => (e.field ? `${e.field}: ${e.message}` : e.message)).join('; ');
  return { status: 422, problem: { code: 'invalid_input', message: message.slice(0, 2000), errors } };
}

const withoutField = (message: string, field: string): string =>
  message.startsWith(`${field}: `) ? message.slice(field.length + 2) : message;
