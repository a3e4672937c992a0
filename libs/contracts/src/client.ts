import { z } from 'zod';
import { RatchetError } from '@ratchet/domain';
import { problem, type Problem } from './problem';
import { resources, type ResourceName } from './resources';

type View<N extends ResourceName> = z.output<(typeof resources)[N]['view']>;
type Creatable = { [N in ResourceName]: (typeof resources)[N] extends { create: z.ZodType } ? N : never }[ResourceName];
type Create<N extends Creatable> = (typeof resources)[N] extends { create: infer S extends z.ZodType }
  ? z.input<S>
  : never;

export interface ListOptions {
  filter?: Record<string, unknown>;
  sort?: [field: string, order: 'ASC' | 'DESC'];
  /** First and last row, both included; the first 25 when left out. */
  range?: [first: number, last: number];
}

/** The API answered with a problem; the message is the API's own. */
export class ApiProblem extends RatchetError {
  constructor(
    readonly status: number,
    readonly problem: Problem,
  ) {
    super(problem.code, problem.message, problem.details);
  }
}

/** A typed client of the REST API. Every answer is checked against its schema, so drift fails loudly and at once. */
export class RatchetClient {
  constructor(
    readonly baseUrl: string,
    private readonly headers: Readonly<Record<string, string>>,
  ) {}

  static withApiKey = (baseUrl: string, key: string): RatchetClient =>
    new RatchetClient(baseUrl, { authorization: `Bearer ${key}` });

  async list<N extends ResourceName>(
    resource: N,
    options: ListOptions = {},
  ): Promise<{ rows: View<N>[]; total: number }> {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(options)) query.set(name, JSON.stringify(value));
    const response = await this.send('GET', `/api/${resource}?${query}`);
    const rows = z.array(resources[resource].view).parse(await response.json()) as View<N>[];
    return { rows, total: Number(response.headers.get('content-range')?.split('/')[1] ?? rows.length) };
  }

  get = async <N extends ResourceName>(resource: N, id: string): Promise<View<N>> =>
    this.call('GET', `/api/${resource}/${id}`, resources[resource].view) as Promise<View<N>>;

  /** Repeating a call with the same `idempotencyKey` creates nothing new and gives the first answer again. */
  create = async <N extends Creatable>(resource: N, body: Create<N>, idempotencyKey?: string): Promise<View<N>> =>
    this.call('POST', `/api/${resource}`, resources[resource].view, body, idempotencyKey) as Promise<View<N>>;

  /** Any other JSON call. */
  async call<S extends z.ZodType>(
    method: string,
    path: string,
    schema: S,
    body?: unknown,
    idempotencyKey?: string,
  ): Promise<z.output<S>> {
    const headers: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    if (idempotencyKey) headers['idempotency-key'] = idempotencyKey;
    const response = await this.send(method, path, {
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    return schema.parse(await response.json());
  }

  /** Raw exchange for bodies that are not JSON: uploads, images, downloads. @throws ApiProblem on any non-2xx answer. */
  async send(method: string, path: string, init: RequestInit & { duplex?: 'half' } = {}): Promise<Response> {
    const response = await fetch(this.baseUrl + path, {
      ...init,
      method,
      headers: { ...this.headers, ...init.headers },
    });
    if (!response.ok) throw new ApiProblem(response.status, await readProblem(response));
    return response;
  }
}

async function readProblem(response: Response): Promise<Problem> {
  const text = await response.text();
  try {
    return problem.parse(JSON.parse(text));
  } catch {
    return { code: 'unexpected_answer', message: `HTTP ${response.status}: ${text.slice(0, 300)}`, correlationId: '' };
  }
}
