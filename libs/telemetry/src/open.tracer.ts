import { diag, DiagLogLevel } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OpenTelemetry } from './open.telemetry';
import type { TracedService, Tracer } from './tracer';

/**
 * @param endpoint base address, without a slash at its end, of a collector that takes OTLP over HTTP
 * @param share of the traces that begin here, 0 to 1
 * @param onTrouble told why spans could not be sent
 */
export function openTracer(
  { endpoint, share }: { readonly endpoint: string; readonly share: number },
  service: TracedService,
  onTrouble: (message: string) => void,
): Tracer {
  const nothing = () => undefined;
  diag.setLogger(
    { error: onTrouble, warn: onTrouble, info: nothing, debug: nothing, verbose: nothing },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  return new OpenTelemetry(new OTLPTraceExporter({ url: `${endpoint}/v1/traces` }), share, service);
}
