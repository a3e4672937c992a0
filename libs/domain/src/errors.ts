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
  constructor(resource: string, id: string) {
    super('not_found', `There is no ${resource} '${id}'.`, { resource, id });
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
