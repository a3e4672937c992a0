import net, { type AddressInfo } from 'node:net';
import { Conflict } from '@ratchet/domain';

/** A port nobody listens on: `preferred` when it is free. Between this call and its use another process may take it. */
export async function freePort(preferred = 0): Promise<number> {
  try {
    return await tryPort('127.0.0.1', preferred);
  } catch (error) {
    if (preferred === 0) throw error;
    return tryPort('127.0.0.1', 0);
  }
}

/**
 * @param mend how to choose another port, such as "give --api-port"
 * @throws Conflict naming the port and the mend when somebody listens on it already
 */
export async function assertPortFree(host: string, port: number, mend: string): Promise<void> {
  try {
    await tryPort(host, port);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === 'EADDRINUSE'
        ? 'is taken by another process'
        : code === 'EACCES'
          ? 'is kept for the administrator of this machine'
          : `cannot be listened on (${code})`;
    throw new Conflict(`Port ${port} on ${host} ${why}: ${mend}.`, { host, port });
  }
}

function tryPort(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      const { port: got } = server.address() as AddressInfo;
      server.close(() => resolve(got));
    });
  });
}
