import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { Conflict, InvalidInput } from '@ratchet/domain';

interface Holder {
  readonly pid: number;
  /** Tells a process from a later one with the same number. */
  readonly startedAt: string;
}

/**
 * Makes this process the only one on `directory` until the returned function is called or it dies.
 * @throws Conflict naming the process that holds it; InvalidInput when it cannot be written
 */
export function lockDirectory(directory: string): () => void {
  try {
    fs.mkdirSync(directory, { recursive: true });
    fs.accessSync(directory, fs.constants.W_OK);
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code;
    throw new InvalidInput(
      'RATCHET_VAR_DIR',
      `'${directory}' is no directory that this account can write (${why}). Set another one, or mend its owner.`,
    );
  }
  const file = path.join(directory, 'lock.json');
  const own = JSON.stringify({ pid: process.pid, startedAt: startTimeOf(process.pid) ?? '' } satisfies Holder);
  for (let attempt = 0; attempt < 5; attempt++) {
    try {
      fs.writeFileSync(file, own, { flag: 'wx' });
      return () => {
        if (readIfThere(file) === own) fs.rmSync(file, { force: true });
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const text = readIfThere(file);
    const holder = parse(text);
    if (holder && startTimeOf(holder.pid) === holder.startedAt)
      throw new Conflict(
        `Ratchet runs on ${directory} already (process ${holder.pid}). Stop it with \`kill ${holder.pid}\`, ` +
          'or set RATCHET_VAR_DIR to another directory.',
        { directory, pid: holder.pid },
      );
    discard(file, text);
  }
  throw new Conflict(`${directory} is being taken by several processes at once: start again.`, { directory });
}

/** Removes a dead holder's file, unless another process has replaced it meanwhile: then that one is put back. */
function discard(file: string, text: string): void {
  const aside = `${file}.${randomUUID()}`;
  try {
    fs.renameSync(file, aside);
    if (fs.readFileSync(aside, 'utf8') !== text) fs.linkSync(aside, file);
  } catch {
    // somebody else was faster
  }
  fs.rmSync(aside, { force: true });
}

function readIfThere(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function parse(text: string): Holder | null {
  try {
    return JSON.parse(text) as Holder;
  } catch {
    return null; // torn by a crash
  }
}

/** Null when there is no such process. Where there is no /proc every living process passes for the one asked for. */
function startTimeOf(pid: number): string | null {
  try {
    // Field 22, counted after the parenthesised name, which may itself hold spaces.
    return fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').pop()!.split(' ')[19];
  } catch {
    if (fs.existsSync('/proc/self/stat')) return null;
  }
  try {
    process.kill(pid, 0);
    return '';
  } catch {
    return null;
  }
}
