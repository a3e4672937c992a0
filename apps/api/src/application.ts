import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { migrate } from '@ratchet/database';
import type { Request } from 'express';
import type { Logger } from 'pino';
import { AppModule } from './app.module';
import { mountGateway } from './gateway/gateway.mount';
import { GatewayService } from './gateway/gateway.service';
import { serveConsole } from './http/console.files';
import { correlate } from './http/correlation.middleware';
import { securityHeaders } from './http/security.headers';
import { NestLogger } from './platform/nest.logger';
import type { ApiConfig } from './platform/platform.tokens';

/** Of JSON under /api: a Keras document of 1 MiB fits. Other bodies are streamed by whoever takes them. */
const jsonLimit = 2 << 20;
/** Long enough for the largest upload on a slow line. */
const requestTimeoutMs = 3_600_000;
/** How long requests in flight may take to end when the process is asked to stop. */
const drainMs = 8_000;

export interface RunningApi {
  readonly url: string;
  readonly grpcUrl: string;
  close(): Promise<void>;
}

/** Brings the schema up to date, then serves. Resolves once requests are accepted. */
export async function startApi(config: ApiConfig, logger: Logger): Promise<RunningApi> {
  await migrate(config.database.url);
  const app = await NestFactory.create<NestExpressApplication>(AppModule.forRoot(config, logger), {
    logger: new NestLogger(logger),
    bodyParser: false,
    abortOnError: false,
  });
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.set('etag', false);
  app.use(correlate(logger), securityHeaders);
  const isApiJson = (request: { url?: string; headers: Request['headers'] }) =>
    (/^\/(api|internal)\//.test(request.url ?? '') &&
      /^application\/json\b/i.test(request.headers['content-type'] ?? '')) ||
    /^\/v2\/repository\//.test(request.url ?? ''); // the inference protocol's clients name no type
  app.useBodyParser('json', { limit: jsonLimit, type: isApiJson });
  serveConsole(app);

  await app.init();
  mountGateway(app.getHttpServer(), app.get(GatewayService));
  const server = await app.listen(config.api.port, config.api.host);
  server.requestTimeout = requestTimeoutMs;
  server.keepAliveTimeout = 65_000;
  const grpcPort = await app.get(GatewayService).listen();
  const { address, port } = server.address() as AddressInfo;
  const host = address.includes(':') ? `[${address}]` : address;
  return {
    url: `http://${host}:${port}`,
    grpcUrl: `http://${host}:${grpcPort}`,
    async close() {
      const deadline = setTimeout(() => server.closeAllConnections(), drainMs);
      await app.close().finally(() => clearTimeout(deadline));
    },
  };
}
