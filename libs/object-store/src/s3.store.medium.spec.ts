import type { ChildProcess } from 'node:child_process';
import fs from 'node:fs/promises';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { Unavailable } from '@ratchet/domain';
import { cachedMinio, minioSettings, spawnMinio } from '@ratchet/testing';
import { openObjectStore } from './index';
import { itKeepsTheObjectStoreContract } from './object-store.contract';
import { S3ObjectStore, type S3Settings } from './s3.store';

const MiB = 2 ** 20;
const { binary, missing } = cachedMinio();
if (!binary) console.warn(`\n*** SKIPPED: the object store over S3 was NOT tested. ${missing} ***\n`);
const describeWithMinio = binary ? describe : describe.skip;

const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const server = net.createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

/** A MinIO server of its own over `directory`, awaited until it keeps objects. */
async function startMinio(
  directory: string,
): Promise<{ server: ChildProcess; settings: S3Settings; gone: Promise<void> }> {
  const { child: server, settings, gone, log } = spawnMinio(binary!, directory, await freePort(), await freePort());
  let exited = false;
  void gone.then(() => (exited = true));
  const store = openObjectStore({ kind: 's3', ...settings });
  while (
    !(await store.check().then(
      () => true,
      () => false,
    ))
  ) {
    if (exited) throw new Error(`MinIO did not start: ${log.join('')}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { server, settings, gone };
}

describeWithMinio('the S3 object store, on a real MinIO server', () => {
  let root: string;
  let running: Awaited<ReturnType<typeof startMinio>>;
  beforeAll(async () => {
    root = await fs.mkdtemp(path.join(os.tmpdir(), 'ratchet-minio-'));
    running = await startMinio(path.join(root, 'data'));
  });
  afterAll(async () => {
    running.server.kill('SIGKILL');
    await running.gone;
    await fs.rm(root, { recursive: true, force: true });
  });

  itKeepsTheObjectStoreContract(() => openObjectStore({ kind: 's3', ...running.settings }));

  it('names the variable to look at when the secret is wrong', async () => {
    const store = openObjectStore({ kind: 's3', ...running.settings, secretKey: 'not-the-secret' });
    await expect(store.check()).rejects.toThrow(Unavailable);
    await expect(store.put('a', Buffer.from('x'))).rejects.toThrow(/S3_SECRET_KEY/);
  });

  it('lists past one page of a thousand', async () => {
    const store = openObjectStore({ kind: 's3', ...running.settings, bucket: 'pages' });
    const names = Array.from({ length: 1005 }, (_, i) => `many/${String(i).padStart(5, '0')}`);
    for (let at = 0; at < names.length; at += 67)
      await Promise.all(names.slice(at, at + 67).map((name) => store.put(name, Buffer.from('x'))));
    const listed: string[] = [];
    for await (const { key } of store.list('many/')) listed.push(key);
    expect(listed).toEqual(names);
  });

  describe('when the server is killed', () => {
    const doomed: { directory: string; servers: Awaited<ReturnType<typeof startMinio>>[] } = {
      directory: '',
      servers: [],
    };
    const start = async () => {
      const server = await startMinio(doomed.directory);
      doomed.servers.push(server);
      return server;
    };
    beforeEach(async () => {
      doomed.directory = await fs.mkdtemp(path.join(root, 'doomed-'));
    });
    afterEach(async () => {
      for (const { server, gone } of doomed.servers.splice(0)) {
        server.kill('SIGKILL');
        await gone;
      }
    });

    it.each([1, 40])(
      'during a put of %d MiB, it rejects with Unavailable and nothing is half-stored',
      async (mebibytes) => {
        const { server, settings, gone } = await start();
        const store = openObjectStore({ kind: 's3', ...settings });
        await store.put('before', Buffer.from('kept'));
        async function* interrupted() {
          for (let i = 0; i < mebibytes; i++) yield Buffer.alloc(MiB, i);
          server.kill('SIGKILL');
          await gone;
          yield Buffer.alloc(MiB);
        }
        await expect(store.put('torn', Readable.from(interrupted()))).rejects.toThrow(Unavailable);

        const again = openObjectStore({ kind: 's3', ...(await start()).settings });
        expect(await again.stat('torn')).toBeNull();
        const keys: string[] = [];
        for await (const { key } of again.list('')) keys.push(key);
        expect(keys).toEqual(['before']);
      },
    );

    it('during a get, the stream fails with Unavailable instead of ending early', async () => {
      const { server, settings, gone } = await start();
      const store = openObjectStore({ kind: 's3', ...settings });
      const size = 64 * MiB;
      await store.put('large', Readable.from(Array.from({ length: 64 }, (_, i) => Buffer.alloc(MiB, i))), { size });
      let received = 0;
      const reading = (async () => {
        for await (const chunk of await store.get('large')) {
          if (received === 0) {
            server.kill('SIGKILL');
            await gone;
          }
          received += (chunk as Buffer).length;
        }
      })();
      await expect(reading).rejects.toThrow(Unavailable);
      expect(received).toBeLessThan(size);
    });

    it('before the call, every verb says Unavailable at once', async () => {
      const store = openObjectStore({ kind: 's3', ...minioSettings(await freePort()) });
      for (const call of [
        () => store.put('a', Buffer.from('x')),
        () => store.get('a'),
        () => store.stat('a'),
        () => store.delete('a'),
        () => store.check(),
        async () => {
          for await (const _ of store.list('')) break;
        },
      ])
        await expect(call()).rejects.toThrow(Unavailable);
    });
  });
});

describe('a store that accepts calls and never answers', () => {
  it('is given up after the patience it is granted', async () => {
    const silent = net.createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const store = new S3ObjectStore(minioSettings((silent.address() as AddressInfo).port), 100);
    await expect(store.stat('a')).rejects.toThrow(/no answer within 100 ms/);
    silent.close();
  });

  it('is given up in the middle of a body too, but a slow reader is not hurried', async () => {
    const server = http.createServer((request, response) => {
      if (request.method === 'HEAD') return void response.end();
      response.writeHead(200, { 'content-length': request.url!.includes('stuck') ? 4 : 3 });
      response.write('abc');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const store = new S3ObjectStore(minioSettings((server.address() as AddressInfo).port), 100);
    const stuck = await store.get('stuck');
    await expect(buffer(stuck)).rejects.toThrow(Unavailable);
    const unread = await store.get('unread');
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect((await buffer(unread)).toString()).toBe('abc');
    server.closeAllConnections();
    server.close();
  });
});
