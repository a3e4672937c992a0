import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { InvalidInput, NotFound, type ObjectStore } from '@ratchet/domain';

const MiB = 2 ** 20;

/** `count` pseudo-random but repeatable bytes, in chunks that fall on no boundary. */
function* bytesOf(seed: number, count: number): Generator<Buffer> {
  const block = createHash('sha512').update(String(seed)).digest();
  const chunk = Buffer.alloc(65_521, block);
  for (let left = count, i = 0; left > 0; i++) {
    const piece = Buffer.from(chunk.subarray(0, Math.min(left, chunk.length)));
    piece[0] = i & 0xff;
    left -= piece.length;
    yield piece;
  }
}

const sha256 = async (stream: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) => {
  const hash = createHash('sha256');
  for await (const chunk of stream) hash.update(chunk);
  return hash.digest('hex');
};

const keysOf = async (objects: AsyncIterable<{ key: string }>) => {
  const keys: string[] = [];
  for await (const { key } of objects) keys.push(key);
  return keys;
};

/** What every adapter of the object store must do, over a store made by `open`. Keys are the suite's own. */
export function itKeepsTheObjectStoreContract(open: () => ObjectStore): void {
  const folder = () => `contract/${randomBytes(6).toString('hex')}`;
  const readAll = async (key: string, range?: { start: number; end: number }) => buffer(await open().get(key, range));

  it('gives back what was put, from bytes and from a stream', async () => {
    const [store, at] = [open(), folder()];
    const put = await store.put(`${at}/bytes`, Buffer.from('whole'));
    expect(put).toMatchObject({ key: `${at}/bytes`, size: 5 });
    await store.put(`${at}/stream`, Readable.from([Buffer.from('in '), Buffer.from('pieces')]), { size: 9 });
    expect((await readAll(`${at}/bytes`)).toString()).toBe('whole');
    expect((await readAll(`${at}/stream`)).toString()).toBe('in pieces');
    const info = await store.stat(`${at}/stream`);
    expect(info).toMatchObject({ key: `${at}/stream`, size: 9 });
    expect(Math.abs(info!.modifiedAt.getTime() - Date.now())).toBeLessThan(60_000);
  });

  it('stores an empty object', async () => {
    const at = folder();
    await open().put(`${at}/empty`, Readable.from([]));
    expect(await open().stat(`${at}/empty`)).toMatchObject({ size: 0 });
    expect(await readAll(`${at}/empty`)).toHaveLength(0);
  });

  it('replaces an object whole', async () => {
    const key = `${folder()}/again`;
    await open().put(key, Buffer.from('a longer first text'));
    await open().put(key, Buffer.from('second'));
    expect((await readAll(key)).toString()).toBe('second');
  });

  it('streams an object above 64 MB of unannounced size, byte for byte', async () => {
    const [store, key, size] = [open(), `${folder()}/large`, 70 * MiB + 12_345];
    expect(await store.put(key, Readable.from(bytesOf(7, size)))).toMatchObject({ size });
    expect(await store.stat(key)).toMatchObject({ size });
    expect(await sha256(await store.get(key))).toBe(await sha256(bytesOf(7, size)));
    const tail = await readAll(key, { start: size - 1000, end: size - 1 });
    expect(tail.equals(Buffer.concat([...bytesOf(7, size)]).subarray(size - 1000))).toBe(true);
  });

  it('reads ranges, both ends included, cut at the end of the object', async () => {
    const key = `${folder()}/digits`;
    await open().put(key, Buffer.from('0123456789'));
    const read = async (start: number, end: number) => (await readAll(key, { start, end })).toString();
    expect([await read(0, 0), await read(2, 5), await read(9, 9), await read(7, 99)]).toEqual([
      '0',
      '2345',
      '9',
      '789',
    ]);
  });

  it('refuses ranges that cannot be', async () => {
    const key = `${folder()}/digits`;
    await open().put(key, Buffer.from('0123456789'));
    for (const range of [
      { start: 10, end: 12 },
      { start: 5, end: 4 },
      { start: -1, end: 4 },
      { start: 0.5, end: 4 },
    ])
      await expect(open().get(key, range)).rejects.toThrow(InvalidInput);
  });

  it('answers for a missing key: NotFound to get, null to stat, silence to delete', async () => {
    const key = `${folder()}/nothing`;
    await expect(open().get(key)).rejects.toThrow(NotFound);
    expect(await open().stat(key)).toBeNull();
    await expect(open().delete(key)).resolves.toBeUndefined();
  });

  it('does not take a folder for an object', async () => {
    const at = folder();
    await open().put(`${at}/deep/object`, Buffer.from('x'));
    expect(await open().stat(`${at}/deep`)).toBeNull();
    await expect(open().get(`${at}/deep`)).rejects.toThrow(NotFound);
    await open().delete(`${at}/deep`);
    expect(await open().stat(`${at}/deep/object`)).not.toBeNull();
  });

  it('deletes one object and leaves its neighbours', async () => {
    const at = folder();
    await open().put(`${at}/a/1`, Buffer.from('1'));
    await open().put(`${at}/a/2`, Buffer.from('2'));
    await open().delete(`${at}/a/1`);
    expect(await keysOf(open().list(`${at}/`))).toEqual([`${at}/a/2`]);
    await open().delete(`${at}/a/2`);
    expect(await keysOf(open().list(`${at}/`))).toEqual([]);
    await open().put(`${at}/a/1`, Buffer.from('again'));
    expect((await readAll(`${at}/a/1`)).toString()).toBe('again');
  });

  it('lists in key order, by a prefix cut anywhere', async () => {
    const at = folder();
    const names = ['b', 'a/z', 'a-1', 'a/b/c', 'a0', 'A', 'a.1', 'ab'];
    for (const name of names) await open().put(`${at}/${name}`, Buffer.from(name));
    const list = async (prefix: string) =>
      (await keysOf(open().list(`${at}/${prefix}`))).map((k) => k.slice(at.length + 1));
    expect(await list('')).toEqual(['A', 'a-1', 'a.1', 'a/b/c', 'a/z', 'a0', 'ab', 'b']);
    expect(await list('a')).toEqual(['a-1', 'a.1', 'a/b/c', 'a/z', 'a0', 'ab']);
    expect(await list('a/')).toEqual(['a/b/c', 'a/z']);
    expect(await list('a/b/c')).toEqual(['a/b/c']);
    expect(await list('nothing/here')).toEqual([]);
    for await (const info of open().list(`${at}/a/z`)) expect(info).toMatchObject({ key: `${at}/a/z`, size: 3 });
  });

  it.each([
    '',
    '/',
    'a//b',
    '../up',
    'a/../../up',
    'a/./b',
    '/root',
    'a/',
    'sp ace',
    'nul\0',
    'ä',
    'a\\b',
    'x'.repeat(513),
  ])('refuses the key %j', async (key) => {
    await expect(open().put(key, Buffer.from('x'))).rejects.toThrow(InvalidInput);
    await expect(open().get(key)).rejects.toThrow(InvalidInput);
    await expect(open().stat(key)).rejects.toThrow(InvalidInput);
    await expect(open().delete(key)).rejects.toThrow(InvalidInput);
  });

  it('refuses a prefix that climbs', async () => {
    for (const prefix of ['../', 'a/../', '/']) await expect(keysOf(open().list(prefix))).rejects.toThrow(InvalidInput);
  });

  it('lets one of several concurrent writers of a key win whole', async () => {
    const [store, key, size] = [open(), `${folder()}/contended`, 17 * MiB];
    const seeds = [1, 2, 3, 4];
    await Promise.all(seeds.map((seed) => store.put(key, Readable.from(bytesOf(seed, size)))));
    const expected = await Promise.all(seeds.map((seed) => sha256(bytesOf(seed, size))));
    expect(expected).toContain(await sha256(await store.get(key)));
  });

  it('never shows a reader half a write', async () => {
    const [store, key] = [open(), `${folder()}/swapped`];
    const versions = [Buffer.alloc(300_000, 'a'), Buffer.alloc(200_000, 'b')];
    await store.put(key, versions[0]);
    let writing = true;
    const writer = (async () => {
      for (let i = 0; i < 20; i++) await store.put(key, versions[i % 2]);
      writing = false;
    })();
    while (writing) {
      const seen = await readAll(key);
      expect(versions.some((v) => v.equals(seen))).toBe(true);
    }
    await writer;
  });

  describe('leaves nothing', () => {
    async function* dying(afterBytes: number): AsyncGenerator<Buffer> {
      yield* bytesOf(3, afterBytes);
      throw new Error('the camera was unplugged');
    }

    it.each([1000, 40 * MiB])('of a source that dies after %d bytes', async (bytes) => {
      const at = folder();
      await expect(open().put(`${at}/torn`, Readable.from(dying(bytes)))).rejects.toThrow('the camera was unplugged');
      expect(await open().stat(`${at}/torn`)).toBeNull();
      expect(await keysOf(open().list(`${at}/`))).toEqual([]);
    });

    it.each([1000, 40 * MiB])('of a body shorter than announced, after %d bytes', async (bytes) => {
      const key = `${folder()}/short`;
      await expect(open().put(key, Readable.from(bytesOf(3, bytes)), { size: bytes + 1 })).rejects.toThrow(
        InvalidInput,
      );
      expect(await open().stat(key)).toBeNull();
    });

    it('of an aborted write', async () => {
      const [key, abort] = [`${folder()}/aborted`, new AbortController()];
      async function* endless() {
        for (let i = 0; ; i++) {
          yield Buffer.alloc(MiB, i);
          if (i === 40) abort.abort();
        }
      }
      await expect(open().put(key, Readable.from(endless()), { signal: abort.signal })).rejects.toMatchObject({
        name: 'AbortError',
      });
      expect(await open().stat(key)).toBeNull();
    });

    it('of a write aborted before it began, and does not read its source', async () => {
      const [key, source] = [`${folder()}/never`, Readable.from([Buffer.from('x')])];
      await expect(open().put(key, source, { signal: AbortSignal.abort() })).rejects.toMatchObject({
        name: 'AbortError',
      });
      expect(await open().stat(key)).toBeNull();
    });

    it('behind of the old object either: a failed write keeps it', async () => {
      const key = `${folder()}/kept`;
      await open().put(key, Buffer.from('old'));
      await expect(open().put(key, Readable.from(dying(1000)))).rejects.toThrow('the camera was unplugged');
      expect((await readAll(key)).toString()).toBe('old');
    });
  });

  it('lets a reader leave early', async () => {
    const [store, key] = [open(), `${folder()}/left`];
    await store.put(key, Readable.from(bytesOf(5, 20 * MiB)));
    for await (const chunk of await store.get(key)) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    expect(await store.stat(key)).toMatchObject({ size: 20 * MiB });
  });

  it('answers a check', async () => {
    await expect(open().check()).resolves.toBeUndefined();
  });
}
