import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { GatewayService } from './gateway.service';

/**
 * Puts the gateway in front of the framework on the same server: a prediction pays for no middleware, no routing and no
 * body parsing that it does not need. To be called once the application listens.
 */
export function mountGateway(server: Server, gateway: GatewayService): void {
  const frameworks = server.listeners('request') as ((request: IncomingMessage, response: ServerResponse) => void)[];
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (gateway.handle(request, response)) return;
    for (const framework of frameworks) framework.call(server, request, response);
  });
}
