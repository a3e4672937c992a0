export { openTracer } from './open.tracer';
export type { Attributes, TracedService, Tracer, TraceSpan } from './tracer';
