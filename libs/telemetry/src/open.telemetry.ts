import { setTimeout as delay } from 'node:timers/promises';
import {
  type Context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Tracer as SdkTracer,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import type { Attributes, Headers, TracedService, Tracer, TraceSpan } from './tracer';

/** How long a process that stops waits for a collector that does not answer. */
const CLOSE_MS = 2_000;
const propagator = new W3CTraceContextPropagator();

class OtlpSpan implements TraceSpan {
  private readonly context: Context;

  constructor(
    private readonly tracer: SdkTracer,
    private readonly span: Span,
    parent: Context,
  ) {
    this.context = trace.setSpan(parent, span);
  }

  call(name: string, attributes: Attributes = {}): TraceSpan {
    const span = this.tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes }, this.context);
    return new OtlpSpan(this.tracer, span, this.context);
  }

  part(name: string, from: number, to: number, attributes: Attributes = {}): void {
    // It may have ended: an answer leaves before its output is timed.
    if (!(this.span.spanContext().traceFlags & TraceFlags.SAMPLED)) return;
    this.tracer.startSpan(name, { startTime: from, attributes }, this.context).end(to);
  }

  headers(): Record<string, string> {
    const headers: Record<string, string> = {};
    propagator.inject(this.context, headers, defaultTextMapSetter);
    return headers;
  }

  end(attributes: Attributes = {}, failure?: string): void {
    this.span.setAttributes(attributes);
    if (failure !== undefined) this.span.setStatus({ code: SpanStatusCode.ERROR, message: failure });
    this.span.end();
  }
}

/** Spans by the OpenTelemetry SDK, sent in batches; when nobody takes them they are dropped. */
export class OpenTelemetry implements Tracer {
  private readonly provider: BasicTracerProvider;
  private readonly tracer: SdkTracer;

  /** @param share of the traces that begin here, 0 to 1; those that others began are followed as they decided */
  constructor(exporter: SpanExporter, share: number, { name, version, instance }: TracedService) {
    this.provider = new BasicTracerProvider({
      resource: resourceFromAttributes({
        'service.name': name,
        'service.version': version,
        'service.instance.id': instance,
      }),
      sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(share) }),
      spanProcessors: [new BatchSpanProcessor(exporter)],
    });
    this.tracer = this.provider.getTracer(name, version);
  }

  serve(name: string, headers: Headers, attributes: Attributes = {}): TraceSpan {
    const parent = propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
    const span = this.tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, parent);
    return new OtlpSpan(this.tracer, span, parent);
  }

  /** Never fails, and does not wait long: what cannot be sent is lost. */
  async close(): Promise<void> {
    const patience = delay(CLOSE_MS, undefined, { ref: false });
    await Promise.race([this.provider.shutdown().catch(() => undefined), patience]);
  }
}
