import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { fork } from 'node:child_process';
import { InvalidInput, Unavailable } from '@ratchet/domain';
import { DirectoryObjectStore } from './directory.store';
import { openObjectStore } from './index';
import { itKeepsTheObjectStoreContract } from './object-store.contract';

describe('the directory object store', () => {
  let root: string;
  beforeAll(async () => {
    root = await fs.mkdtemp(path.join(os.tmpdir(), 'ratchet-objects-'));
  });
  afterAll(() => fs.rm(root, { recursive: true, force: true }));

  itKeepsTheObjectStoreContract(() => openObjectStore({ kind: 'directory', directory: root }));

  it('leaves no temporary file of a failed write', async () => {
    const failing = Readable.from(
      (async function* () {
        yield Buffer.alloc(1000);
        throw new Error('gone');
      })(),
    );
    await expect(new DirectoryObjectStore(root).put('tidy/x', failing)).rejects.toThrow('gone');
    expect(await fs.readdir(path.join(root, 'incoming'))).toEqual([]);
  });

  it('refuses a key under an object and one over a folder', async () => {
    const store = new DirectoryObjectStore(root);
    await store.put('tree/leaf', Buffer.from('x'));
    await expect(store.put('tree/leaf/under', Buffer.from('x'))).rejects.toThrow(InvalidInput);
    await expect(store.put('tree', Buffer.from('x'))).rejects.toThrow(InvalidInput);
    expect(await fs.readdir(path.join(root, 'incoming'))).toEqual([]);
  });

  it('sweeps what killed writers left and spares what is being written', async () => {
    const store = new DirectoryObjectStore(root);
    await store.check();
    const [old, young] = ['old', 'young'].map((name) => path.join(root, 'incoming', name));
    await fs.writeFile(old, 'x');
    await fs.writeFile(young, 'x');
    await fs.utimes(old, 0, 0);
    await store.sweep();
    expect(await fs.readdir(path.join(root, 'incoming'))).toEqual(['young']);
    await fs.rm(young);
  });

  it('says Unavailable with the mend when the directory cannot be made', async () => {
    const file = path.join(root, 'a-file');
    await fs.writeFile(file, 'x');
    const store = openObjectStore({ kind: 'directory', directory: path.join(file, 'x') });
    await expect(store.check()).rejects.toThrow(Unavailable);
    await expect(store.put('a', Buffer.from('x'))).rejects.toThrow(/Set RATCHET_DATA_DIR/);
  });

  it('survives writers in other processes deleting and writing under one folder', async () => {
    const script = path.resolve(__dirname, '../../../dist/libs/object-store/src/index.js');
    const code = `
      const { openObjectStore } = require(${JSON.stringify(script)});
      (async () => {
        const store = openObjectStore({ kind: 'directory', directory: ${JSON.stringify(root)} });
        for (let i = 0; i < 60; i++) {
          await store.put('busy/deep/' + process.pid, Buffer.from(String(i)));
          await store.delete('busy/deep/' + process.pid);
        }
      })().then(() => process.exit(0), (error) => { console.error(error); process.exit(1); });
    `;
    const file = path.join(root, 'writer.js');
    await fs.writeFile(file, code);
    const codes = await Promise.all(
      [1, 2, 3].map(
        () =>
          new Promise((resolve) => fork(file, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }).on('exit', resolve)),
      ),
    );
    expect(codes).toEqual([0, 0, 0]);
  });
});
