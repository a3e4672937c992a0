import fs from 'node:fs';
import path from 'node:path';
import { assertUsable, loadConfig } from '@ratchet/config';
import { InvalidInput } from '@ratchet/domain';
import { assertPortFree, freePort, type LocalStack, startLocalStack } from '@ratchet/local-stack';
import { signIn } from './api.connection';
import { runDemo } from './demo/demo';
import { readStartOptions, type StartOptions, startUsage } from './start.options';
import { Fleet } from './supervisor/fleet';
import type { FleetSettings, StackConfig } from './supervisor/fleet.plan';
import { Interruption } from './supervisor/interruption';

/** Starts everything a single machine needs and keeps it running until it is told to stop. Resolves to the exit code. */
export async function start(args: readonly string[], say: (line: string) => void): Promise<number> {
  const options = readStartOptions(args);
  if (options.help) {
    say(startUsage);
    return 0;
  }
  // Whatever the processes would refuse is told before the first of them is started.
  assertUsable(['stack', 'api', 'trainer', 'inferencer', 'gateway', 'logging', 'telemetry']);
  const { stack: config } = loadConfig(['stack']);
  const began = performance.now();
  const asked = options.apiPort ?? config.port;
  const port = asked === 0 ? await freePort() : asked;
  await assertPortFree(config.host, port, 'choose another with `npm start -- --api-port N` or RATCHET_API_PORT');
  if (port === (options.grpcPort ?? config.grpcPort))
    throw new InvalidInput('--grpc-port', `${port} is the port of the API too. Give another, or 0 for a free one.`);
  const grpcPort = await chooseGrpcPort(options.grpcPort ?? config.grpcPort, config.host, port);

  const interruption = new Interruption();
  const stack = await startLocalStack({
    directory: config.directory,
    need: { postgres: !config.databaseUrl, redis: !config.redisUrl },
    onProgress: say,
  });
  const fleet = new Fleet(settingsFrom(config, stack, options, { port, grpcPort }), {
    onReady: (name, pid) => say(`  ${name} is ready (process ${pid})`),
    onCrash: (name, how, tail, ms) =>
      say(`  ${name} ${how}; starting it again in ${ms / 1000} s. It said:\n${tail.replace(/^/gm, '    ')}`),
  });
  interruption.onSecond(() => fleet.kill());
  try {
    say('Starting the API, the trainer and the inferencers ...');
    const url = await interruption.orRun(fleet.start());
    say(`\nRatchet is up after ${((performance.now() - began) / 1000).toFixed(1)} s.\n`);
    say(`  Console   ${url}`);
    say(`  gRPC      ${new URL(url).hostname}:${grpcPort}`);
    say(
      `  Sign in   ${config.adminEmail}, ${stack.isNew && !config.adminPassword ? `password ${stack.adminPassword} (kept in ${path.join(config.directory, 'secrets.json')})` : passwordPlace(config)}`,
    );
    say(`  Logs      ${path.join(config.directory, 'logs')}\n`);
    process.send?.({ type: 'ready', url });
    const work = serve(config, stack, options, url, interruption, say);
    return await interruption.orRun(Promise.race([work, stack.failure]));
  } catch (error) {
    if (!interruption.signal.aborted) throw error;
    return options.once ? 130 : 0;
  } finally {
    say('Stopping ...');
    await fleet.stop();
    await stack.stop();
  }
}

/** The demo where it is due, then on until interrupted, unless the demo was all that was asked for. */
async function serve(
  config: StackConfig,
  stack: LocalStack,
  options: StartOptions,
  url: string,
  interruption: Interruption,
  say: (line: string) => void,
): Promise<number> {
  const summaryPath = path.join(config.directory, 'demo-summary.json');
  const isDue = options.once || options.data !== null || !fs.existsSync(summaryPath);
  if (options.demo && isDue) {
    const run = async () => {
      const client = await signIn(url, config.adminEmail, config.adminPassword ?? stack.adminPassword);
      return runDemo({ client, data: options.data, summaryPath, signal: interruption.signal });
    };
    if (options.once) return (await run()).passed ? 0 : 1;
    await run().catch((error: Error) => {
      if (!interruption.signal.aborted) say(`The demo ended early: ${error.message}`);
    });
  }
  if (!interruption.signal.aborted) say(`Console: ${url} · Ctrl-C stops Ratchet.`);
  return new Promise(() => undefined);
}

/** Any free port serves unless one was asked for, which must be free then. */
async function chooseGrpcPort(asked: number | null, host: string, apiPort: number): Promise<number> {
  if (asked === 0) return freePort();
  if (asked === null) return freePort(apiPort < 65535 ? apiPort + 1 : 0);
  await assertPortFree(host, asked, 'choose another with `npm start -- --grpc-port N` or RATCHET_API_GRPC_PORT');
  return asked;
}

function settingsFrom(
  config: StackConfig,
  stack: LocalStack,
  options: StartOptions,
  ports: { readonly port: number; readonly grpcPort: number },
): FleetSettings {
  return {
    directory: config.directory,
    databaseUrl: (config.databaseUrl ?? stack.databaseUrl)!,
    redisUrl: (config.redisUrl ?? stack.redisUrl)!,
    objectStore: config.objectStore ?? { kind: 'directory', directory: stack.objectsDirectory },
    workerToken: config.workerToken ?? stack.workerToken,
    adminPassword: config.adminPassword ?? stack.adminPassword,
    host: config.host,
    ...ports,
    inferencers: options.inferencers,
    shared: config.databaseUrl !== null,
  };
}

const passwordPlace = (config: StackConfig) =>
  config.adminPassword
    ? 'with RATCHET_ADMIN_PASSWORD'
    : `first password in ${path.join(config.directory, 'secrets.json')}`;
