import type { Role } from '@ratchet/domain';

/** Who makes a request. */
export type Caller =
  | { readonly kind: 'user'; readonly id: string; readonly name: string; readonly role: Role; readonly expiresAt: Date }
  | { readonly kind: 'key'; readonly id: string; readonly name: string; readonly role: Role }
  | { readonly kind: 'worker'; readonly id: 'worker'; readonly name: 'worker' };

/** How the audit trail names a caller. */
export const actorOf = (caller: Caller): string => (caller.kind === 'key' ? `key:${caller.name}` : caller.name);
