import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { withinReach } from './postgres.binaries';

describe('withinReach', () => {
  const somebody = { uid: 12_345, gid: 12_345 };
  let root: string;
  beforeEach(() => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), 'ratchet-reach-')); // mode 0700
    fs.mkdirSync(path.join(root, 'native', 'bin'), { recursive: true });
    fs.writeFileSync(path.join(root, 'native', 'bin', 'postgres'), '#!/bin/sh\n', { mode: 0o755 });
    fs.symlinkSync('postgres', path.join(root, 'native', 'bin', 'postmaster'));
  });
  afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

  it('leaves alone what the account reaches', () => {
    fs.chmodSync(root, 0o755);
    expect(withinReach(path.join(root, 'native'), somebody, path.join(root, 'copy'))).toBe(path.join(root, 'native'));
    expect(withinReach(path.join(root, 'native'), null, path.join(root, 'copy'))).toBe(path.join(root, 'native'));
    expect(fs.existsSync(path.join(root, 'copy'))).toBe(false);
  });

  it('copies once what lies in a closed folder, with modes and links', () => {
    const copy = path.join(root, 'shared', 'copy');
    expect(withinReach(path.join(root, 'native'), somebody, copy)).toBe(copy);
    expect(fs.statSync(path.join(copy, 'bin', 'postgres')).mode & 0o777).toBe(0o755);
    expect(fs.readlinkSync(path.join(copy, 'bin', 'postmaster'))).toBe('postgres');
    const { ino } = fs.statSync(copy);
    expect(withinReach(path.join(root, 'native'), somebody, copy)).toBe(copy);
    expect(fs.statSync(copy).ino).toBe(ino);
  });
});
