import { type ChildProcess, execFile, fork } from 'node:child_process';
import fs from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { encodePng } from '@ratchet/imaging';
import { signIn } from './api.connection';
import { readFleetState } from './supervisor/fleet';

const main = path.resolve(__dirname, '../../../dist/apps/cli/src/main.js');

// The real processes on a directory of their own; one start after another, as each takes seconds.
describe('start', () => {
  let directory: string;
  const owners: ChildProcess[] = [];
  beforeAll(() => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), 'ratchet-start-'));
    fs.chmodSync(directory, 0o711);
  });
  afterEach(async () => {
    for (const owner of owners.splice(0)) await end(owner, 'SIGTERM');
  });
  afterAll(() => fs.rmSync(directory, { recursive: true, force: true }));

  const launch = (...options: string[]) => {
    const env = { ...process.env, RATCHET_VAR_DIR: directory, DATABASE_URL: '', REDIS_URL: '', S3_ENDPOINT: '' };
    const owner = fork(main, ['start', '--no-demo', '--inferencers', '1', ...options], {
      env,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    owners.push(owner);
    let output = '';
    for (const stream of [owner.stdout!, owner.stderr!]) stream.on('data', (chunk) => (output += chunk));
    const ended = new Promise<number | null>((resolve) => owner.once('close', resolve));
    const ready = new Promise<string>((resolve, reject) => {
      owner.once('message', (message) => resolve((message as { url: string }).url));
      void ended.then((code) => reject(new Error(`ended with ${code}: ${output}`)));
    });
    ready.catch(() => undefined);
    return { owner, ready, ended, output: () => output };
  };

  const end = async (owner: ChildProcess, signal: NodeJS.Signals) => {
    if (owner.exitCode !== null || owner.signalCode !== null) return;
    const gone = new Promise((resolve) => owner.once('exit', resolve));
    owner.kill(signal);
    await gone;
  };

  /** Processes that carry the directory in their environment, arguments or working directory. */
  const processesOf = () =>
    fs
      .readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
      .filter((pid) => {
        const read = (name: string) => {
          try {
            return name === 'cwd'
              ? fs.readlinkSync(`/proc/${pid}/cwd`)
              : fs.readFileSync(`/proc/${pid}/${name}`, 'utf8');
          } catch {
            return '';
          }
        };
        return ['cmdline', 'environ', 'cwd'].some((name) => read(name).includes(directory));
      });

  const goneWithin = async (ms: number) => {
    for (const deadline = Date.now() + ms; processesOf().length > 0 && Date.now() < deadline;)
      await new Promise((resolve) => setTimeout(resolve, 50));
    return processesOf();
  };

  const password = () =>
    (JSON.parse(fs.readFileSync(path.join(directory, 'secrets.json'), 'utf8')) as { adminPassword: string })
      .adminPassword;

  /** A command beside the running Ratchet, as a user types it. */
  const command = (...args: string[]) => commandWith({}, ...args);
  const commandWith = (settings: Record<string, string>, ...args: string[]) =>
    new Promise<{ code: number; output: string }>((resolve) => {
      const env = { ...process.env, RATCHET_VAR_DIR: directory, ...settings };
      const child = execFile(process.execPath, [main, ...args], { env }, (_error, stdout, stderr) =>
        resolve({ code: child.exitCode ?? 1, output: stdout + stderr }),
      );
    });

  const someImages = async () => {
    const folder = path.join(directory, 'some images');
    for (const [shade, name] of [
      [40, 'bad'],
      [200, 'good'],
    ] as const)
      for (let i = 0; i < 12; i++) {
        fs.mkdirSync(path.join(folder, name), { recursive: true });
        const png = await encodePng(new Uint8Array(64).fill(shade + i), { height: 8, width: 8, channels: 1 });
        fs.writeFileSync(path.join(folder, name, `lot${i % 4}_${i}.png`), png);
      }
    return folder;
  };

  it('brings everything up, restarts what dies, keeps its state and leaves nothing running', async () => {
    const first = launch('--api-port', '0');
    const url = await first.ready;
    expect(first.output()).toContain(`password ${password()}`);
    expect(first.output()).toMatch(/gRPC {6}127\.0\.0\.1:\d+/);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    const client = await signIn(url, 'admin@ratchet.local', password());
    const made = await client.create('datasets', { name: 'kept' });

    const upload = await command(
      'dataset',
      'upload',
      await someImages(),
      '--name',
      'dies',
      '--group-regex',
      '^(lot\\d+)_',
    );
    expect(upload).toMatchObject({
      code: 0,
      output: expect.stringContaining('dies, version 1: 24 images in 2 classes.'),
    });
    const nothing = await command('dataset', 'upload', '/nowhere', '--name', 'dies');
    expect(nothing).toMatchObject({ code: 1, output: expect.stringContaining("there is nothing at '/nowhere'") });
    const listed = await command('devices');
    expect(listed).toMatchObject({ code: 0, output: expect.stringContaining('ONLINE') });

    const killed = readFleetState(directory)!.processes['inferencer-1'].pid;
    process.kill(killed, 'SIGKILL');
    const replaced = () => readFleetState(directory)?.processes['inferencer-1']?.pid ?? killed;
    while (replaced() === killed) await new Promise((resolve) => setTimeout(resolve, 50));

    first.owner.kill('SIGINT'); // what Ctrl-C sends
    expect(await first.ended).toBe(0);
    expect(processesOf()).toEqual([]);

    const second = launch('--api-port', '0');
    await second.ready;
    const stranger = await commandWith({ RATCHET_ADMIN_PASSWORD: 'not the password' }, 'devices');
    expect(stranger).toMatchObject({ code: 1, output: expect.stringMatching(/^admin@ratchet.local cannot sign in/) });
    const again = await signIn(await second.ready, 'admin@ratchet.local', password());
    expect(await again.get('datasets', made.id)).toMatchObject({ name: 'kept' });
    expect(second.output()).not.toContain(password());

    await end(second.owner, 'SIGKILL');
    expect(await goneWithin(25_000)).toEqual([]);
    await expect(launch('--api-port', '0').ready).resolves.toMatch(/^http:/);
  }, 600_000); // half a minute on an idle machine

  it('names a taken port and the mend, and leaves nothing', async () => {
    const taken = net.createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    const refused = launch('--api-port', String(port));
    expect(await refused.ended).toBe(1);
    expect(refused.output()).toContain(
      `Port ${port} on 127.0.0.1 is taken by another process: choose another with \`npm start -- --api-port N\``,
    );
    const grpc = launch('--api-port', '0', '--grpc-port', String(port));
    expect(await grpc.ended).toBe(1);
    expect(grpc.output()).toContain(`another process: choose another with \`npm start -- --grpc-port N\``);
    expect(processesOf()).toEqual([]);
    taken.close();
  });

  it('says what it cannot do and what would mend it, without a stack trace', async () => {
    const away = { RATCHET_API_URL: 'http://127.0.0.1:1', RATCHET_API_KEY: 'rk_none' };
    const nowhere = { RATCHET_VAR_DIR: path.join(directory, 'nowhere') };
    const [unknown, help, more, unanswered, none, wrong] = await Promise.all([
      command('fly'),
      command('dataset', 'upload', '--help'),
      command('devices', 'all'),
      commandWith(away, 'devices'),
      commandWith(nowhere, 'devices'),
      commandWith({ ...nowhere, RATCHET_BATCH: '0', RATCHET_DEVICE: 'gpu' }, 'start', '--no-demo'),
    ]);
    expect(unknown).toMatchObject({ code: 1, output: expect.stringMatching(/^fly: is no command/) });
    expect(help).toMatchObject({ code: 0, output: expect.stringMatching(/^ratchet dataset upload PATH/) });
    expect(more).toMatchObject({ code: 1, output: expect.stringMatching(/^devices: takes no arguments, not 'all'/) });
    expect(unanswered).toMatchObject({
      code: 1,
      output: expect.stringMatching(/^The API does not answer .*npm start/),
    });
    expect(none).toMatchObject({
      code: 1,
      output: expect.stringMatching(/^There is no running Ratchet on .*npm start/),
    });
    expect(wrong).toMatchObject({
      code: 1,
      output: expect.stringMatching(/^The environment is not usable:\n.*_DEVICE.*\n.*_BATCH/),
    });
    for (const { output } of [unknown, more, unanswered, none, wrong]) expect(output).not.toMatch(/^ {4}at /m);
  });

  it('refuses wrong options in one message', async () => {
    const refused = launch('--fast');
    expect(await refused.ended).toBe(1);
    expect(refused.output()).toMatch(/Unknown option '--fast'/);
  });
});
