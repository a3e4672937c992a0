import { status } from '@grpc/grpc-js';

/** Trailer that tells an answer of ours from a connection's failure, and programs what people read in the message. */
export const CODE_TRAILER = 'ratchet-code';
export const RETRY_AFTER_TRAILER = 'retry-after';

/** An answer other than success. */
export class RpcRefusal extends Error {
  constructor(
    /** gRPC's status code. */
    readonly status: number,
    /** What kind of refusal, in the words of the HTTP answer's `code`. */
    readonly code: string,
    message: string,
    /** Seconds. */
    readonly retryAfter: number | null = null,
  ) {
    super(message);
  }
}

const byHttpStatus: Readonly<Record<number, number>> = {
  400: status.INVALID_ARGUMENT,
  401: status.UNAUTHENTICATED,
  403: status.PERMISSION_DENIED,
  404: status.NOT_FOUND,
  408: status.DEADLINE_EXCEEDED,
  409: status.FAILED_PRECONDITION,
  413: status.RESOURCE_EXHAUSTED,
  422: status.INVALID_ARGUMENT,
  429: status.RESOURCE_EXHAUSTED,
  503: status.UNAVAILABLE,
  504: status.DEADLINE_EXCEEDED,
};

/** The status that means over gRPC what an HTTP status means there. What is full or away is UNAVAILABLE: ask again. */
export const rpcStatus = (httpStatus: number): number => byHttpStatus[httpStatus] ?? status.INTERNAL;
