/** Attributes go by OpenTelemetry's semantic names where there are any. */
export type Attributes = Readonly<Record<string, string | number | boolean>>;
export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** One piece of work in a trace. */
export interface TraceSpan {
  /** A request that this work makes elsewhere. */
  call(name: string, attributes?: Attributes): TraceSpan;
  /** A part of it that is over; moments of `performance.now()`. */
  part(name: string, from: number, to: number, attributes?: Attributes): void;
  /** W3C trace context: by these headers the next process continues the trace. */
  headers(): Record<string, string>;
  /** To be called once. With a failure the span is marked as one. */
  end(attributes?: Attributes, failure?: string): void;
}

/** Makes spans and sends them away in the background. Nothing in it can fail or delay the work that it describes. */
export interface Tracer {
  /** The work that answers a request, as part of the trace that its headers name, or of a new one. */
  serve(name: string, headers: Headers, attributes?: Attributes): TraceSpan;
  /** Sends what is left. */
  close(): Promise<void>;
}

/** What a process is called in traces. */
export interface TracedService {
  readonly name: string;
  readonly version: string;
  readonly instance: string;
}
