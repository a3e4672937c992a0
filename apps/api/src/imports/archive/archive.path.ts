import { InvalidInput } from '@ratchet/domain';

/**
 * The path of an archive's entry, `/`-separated and without `.` segments.
 * @throws InvalidInput `archive` when it is absolute or climbs out: such an archive was made to do harm
 */
export function insidePath(name: string): string {
  const path = name.replaceAll('\\', '/');
  const segments = path.split('/');
  if (path.startsWith('/') || /^[a-z]:/i.test(path) || segments.includes('..') || path.includes('\0'))
    throw new InvalidInput(
      'archive',
      `its entry '${name.slice(0, 200)}' points outside the archive, so nothing of it was read. Pack it again with relative paths.`,
      { entry: name.slice(0, 200) },
    );
  return segments.filter((segment) => segment !== '' && segment !== '.').join('/');
}

/** @throws InvalidInput `archive`: what a link names may lie anywhere */
export function refuseLink(name: string): never {
  throw new InvalidInput('archive', `its entry '${name.slice(0, 200)}' is a link. Pack the files themselves.`, {
    entry: name.slice(0, 200),
  });
}

/** Files that people never meant to upload: hidden ones, and what operating systems leave in folders. */
export const isLitter = (path: string): boolean =>
  path.split('/').some((segment) => /^(\.|__MACOSX$|Thumbs\.db$|desktop\.ini$)/i.test(segment));
