import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

let digest: string | undefined;

/** SHA-256 of the engine's own program files and their names: of what turns a network and images into a model. */
export function codeDigest(): string {
  return (digest ??= digestOf(__dirname, path.extname(__filename)));
}

function digestOf(folder: string, extension: string): string {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(extension) && !name.includes('.spec.') && !name.startsWith('testing'))
    .sort();
  const hash = createHash('sha256');
  for (const name of files) {
    const content = createHash('sha256').update(readFileSync(path.join(folder, name)));
    hash.update(`${name.replaceAll(path.sep, '/')} ${content.digest('hex')}\n`);
  }
  return hash.digest('hex');
}
