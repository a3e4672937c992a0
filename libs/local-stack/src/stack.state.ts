import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { InvalidInput } from '@ratchet/domain';
import { z } from 'zod';

const secretsSchema = z.object({
  databasePassword: z.string(),
  redisPassword: z.string(),
  workerToken: z.string(),
  adminPassword: z.string(),
});
const portsSchema = z.object({ postgres: z.number().int(), redis: z.number().int() }).partial();

export type StackSecrets = z.output<typeof secretsSchema>;
export type StackPorts = z.output<typeof portsSchema>;

/** The generated secrets of this installation: made once, readable by their owner alone. */
export function loadSecrets(directory: string): StackSecrets & { readonly isNew: boolean } {
  const file = path.join(directory, 'secrets.json');
  if (fs.existsSync(file)) {
    const found = secretsSchema.safeParse(parse(fs.readFileSync(file, 'utf8')));
    if (found.success) return { ...found.data, isNew: false };
    throw new InvalidInput(
      file,
      `is damaged (${z.prettifyError(found.error)}). Restore it from a backup; the database's password is in it.`,
    );
  }
  const secrets: StackSecrets = {
    databasePassword: randomBytes(24).toString('hex'),
    redisPassword: randomBytes(24).toString('hex'),
    workerToken: randomBytes(32).toString('hex'),
    adminPassword: randomBytes(12).toString('base64url'),
  };
  writeWhole(file, secrets);
  return { ...secrets, isNew: true };
}

/** The secrets of an installation that exists, for a command run beside it; null where there is none. */
export function readSecrets(directory: string): StackSecrets | null {
  return fs.existsSync(path.join(directory, 'secrets.json')) ? loadSecrets(directory) : null;
}

/** The ports of the last start: kept when they are free, and where a leftover server may still listen. */
export function loadPorts(directory: string): StackPorts {
  const file = path.join(directory, 'ports.json');
  const found = portsSchema.safeParse(fs.existsSync(file) ? parse(fs.readFileSync(file, 'utf8')) : {});
  return found.success ? found.data : {};
}

export function savePorts(directory: string, ports: StackPorts): void {
  writeWhole(path.join(directory, 'ports.json'), ports);
}

function writeWhole(file: string, value: unknown): void {
  fs.writeFileSync(`${file}.new`, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600, flush: true });
  fs.renameSync(`${file}.new`, file);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
