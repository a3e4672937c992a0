/** Root of every error the domain raises. `code` is stable; HTTP statuses are the API's business. */
export class RatchetError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** What was given cannot be used. Says which field, which value, which limit, and the mend. */
export class InvalidInput extends RatchetError {
  constructor(field: string, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super('invalid_input', `${field}: ${message}`, { field, ...details });
  }
}

export class NotFound extends RatchetError {
  constructor(resource: string, id: string, mend?: string) {
    super('not_found', `There is no ${resource} '${id}'.${mend ? ` ${mend}` : ''}`, { resource, id });
  }
}

/** The request is well formed but the present state forbids it. */
export class Conflict extends RatchetError {
  constructor(message: string, details: Readonly<Record<string, unknown>> = {}) {
    super('conflict', message, details);
  }
}

/** A worker's lease on a trial was taken over: it must stop and may write nothing more. */
export class LeaseLost extends RatchetError {
  constructor(trialId: string) {
    super('lease_lost', `The lease on trial ${trialId} was taken over by another trainer.`, { trialId });
  }
}

/** Something we depend on did not answer; trying again later may succeed. */
export class Unavailable extends RatchetError {
  constructor(what: string, mend: string, options?: ErrorOptions) {
    super('unavailable', `${what} is unavailable. ${mend}`, { what }, options);
  }
}

/** A list was asked for in a way it cannot be given; the message names what is allowed. */
export class InvalidQuery extends RatchetError {
  constructor(parameter: string, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super('invalid_query', `${parameter}: ${message}`, { parameter, ...details });
  }
}

/** Nobody, or somebody whose session or key is no longer good. */
export class Unauthenticated extends RatchetError {
  constructor(message: string) {
    super('unauthenticated', message);
  }
}

/** Somebody who may not do this. */
export class Forbidden extends RatchetError {
  constructor(message: string, details: Readonly<Record<string, unknown>> = {}) {
    super('forbidden', message, details);
  }
}

/** Asked too often; the same request may succeed after `retryAfterSeconds`. */
export class TooManyRequests extends RatchetError {
  constructor(
    message: string,
    readonly retryAfterSeconds: number,
  ) {
    super('too_many_requests', message, { retryAfterSeconds });
  }
}

/** A body above a limit in bytes. */
export class TooLarge extends RatchetError {
  constructor(what: string, limitBytes: number) {
    super('too_large', `${what} is larger than the ${limitBytes} bytes allowed.`, { what, limitBytes });
  }
}
