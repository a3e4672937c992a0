import type { NextFunction, Request, Response } from 'express';
import type { Logger } from 'pino';
import { uuidv7 } from 'uuidv7';
import type { ApiRequest } from './request.context';
import { withCorrelation } from './request.context';

const acceptable = /^[\w.-]{8,64}$/;
const quiet = new Set(['/healthz', '/readyz', '/metrics', '/internal/inferencers/heartbeat']);

/** Gives every request a correlation id, ours or the caller's, and one log line when it is over. */
export const correlate =
  (logger: Logger) =>
  (request: Request, response: Response, next: NextFunction): void => {
    const given = request.get('x-correlation-id');
    const id = given && acceptable.test(given) ? given : uuidv7();
    const began = performance.now();
    response.setHeader('X-Correlation-Id', id);
    withCorrelation(id, () => {
      if (!quiet.has(request.path))
        response.once('close', () =>
          logger.info(
            {
              correlationId: id,
              method: request.method,
              path: request.path,
              status: response.statusCode,
              complete: response.writableFinished,
              ms: Math.round(performance.now() - began),
              caller: (request as ApiRequest).caller?.id,
            },
            'request',
          ),
        );
      next();
    });
  };
