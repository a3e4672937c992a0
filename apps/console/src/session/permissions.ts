import { atLeast, type Role } from '@ratchet/domain';

/** `repository`: which tasks the fleet serves at all. */
const administration = ['users', 'api-keys', 'audit-events', 'repository'];

/** What the console offers to whom; the API decides for itself. */
export function mayDo(role: Role, action: string, resource: string): boolean {
  if (administration.includes(resource)) return atLeast(role, 'admin');
  if (['list', 'show', 'export'].includes(action)) return true;
  return atLeast(role, 'engineer');
}
