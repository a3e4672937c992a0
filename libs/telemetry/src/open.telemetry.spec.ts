import { InMemorySpanExporter, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { OpenTelemetry } from './open.telemetry';

// Sending them is tested with the processes that do so, in apps/api.

const service = { name: 'spec', version: '1', instance: 'one' };
const traceId = 'ab'.repeat(16);
const caller = 'cd'.repeat(8);
const named = (flags: string) => ({ traceparent: `00-${traceId}-${caller}-${flags}` });

/** Keeps what it was given after the tracer was closed. */
class KeptSpans extends InMemorySpanExporter {
  override async shutdown(): Promise<void> {}
}

const setUp = (share: number) => {
  const kept = new KeptSpans();
  const tracer = new OpenTelemetry(kept, share, service);
  const spans = async () => {
    await tracer.close();
    return new Map(kept.getFinishedSpans().map((span) => [span.name, span]));
  };
  return { tracer, spans };
};
const millis = ([seconds, nanos]: ReadableSpan['startTime']) => seconds * 1e3 + nanos / 1e6;

describe('OpenTelemetry', () => {
  it('continues the trace that a request names, and hands it on', async () => {
    const { tracer, spans } = setUp(1);
    const span = tracer.serve('serve', named('01'), { 'ratchet.task': 'digits' });
    const call = span.call('call');
    const handedOn = call.headers().traceparent;
    call.end();
    span.end({ 'http.response.status_code': 503 }, 'busy');
    const found = await spans();
    const [serve, called] = [found.get('serve')!, found.get('call')!];
    expect(serve.spanContext().traceId).toBe(traceId);
    expect(serve.parentSpanContext?.spanId).toBe(caller);
    expect(serve.attributes).toEqual({ 'ratchet.task': 'digits', 'http.response.status_code': 503 });
    expect(serve.status).toEqual({ code: 2, message: 'busy' });
    expect(called.parentSpanContext?.spanId).toBe(serve.spanContext().spanId);
    expect(handedOn).toBe(`00-${traceId}-${called.spanContext().spanId}-01`);
    expect(serve.resource.attributes).toMatchObject({ 'service.name': 'spec', 'service.instance.id': 'one' });
  });

  it('tells parts that are over, at the time they took', async () => {
    const { tracer, spans } = setUp(1);
    const span = tracer.serve('serve', {});
    const now = performance.now();
    span.part('part', now - 20, now - 5);
    span.end();
    const found = await spans();
    const part = found.get('part')!;
    expect(part.parentSpanContext?.spanId).toBe(found.get('serve')!.spanContext().spanId);
    expect(millis(part.duration)).toBeCloseTo(15, 1);
    expect(Math.abs(millis(part.endTime) - Date.now())).toBeLessThan(60_000);
  });

  it('leaves out traces beyond its share, and keeps to what others decided', async () => {
    const { tracer, spans } = setUp(0);
    tracer.serve('ours', {}).end();
    tracer.serve('unwanted', named('00')).end();
    tracer.serve('wanted', named('01')).end();
    tracer.serve('malformed', { traceparent: '00-nonsense' }).part('part', 0, 1);
    expect([...(await spans()).keys()]).toEqual(['wanted']);
  });
});
