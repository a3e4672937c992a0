import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import pino from 'pino';
import { Agent } from 'undici';
import { DeploymentEvents } from './deployment.events';

it('listens on one connection, and tells of its opening and of every notice', async () => {
  let connections = 0;
  const api = createServer((_request, response) => {
    connections++;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(': listening\n\n');
    for (const at of [100, 200]) setTimeout(() => response.write('event: deployment\ndata: {}\n\n'), at);
  }).listen(0, '127.0.0.1');
  await once(api, 'listening');
  const origin = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
  const dispatcher = new Agent();

  let notices = 0;
  let events: DeploymentEvents | undefined;
  await new Promise<void>((heardAll) => {
    const onNotice = () => void (++notices === 3 && heardAll());
    events = new DeploymentEvents({ dispatcher, origin, token: 'secret' }, onNotice, pino({ level: 'silent' }));
    events.start();
  });
  expect({ connections, notices }).toEqual({ connections: 1, notices: 3 });

  events?.stop();
  await dispatcher.destroy();
  api.closeAllConnections();
  api.close();
});
