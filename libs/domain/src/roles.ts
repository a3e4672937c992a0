/** A role includes what the roles before it may do. */
export const roles = ['viewer', 'operator', 'engineer', 'admin'] as const;
export type Role = (typeof roles)[number];

export const atLeast = (role: Role, needed: Role): boolean => roles.indexOf(role) >= roles.indexOf(needed);
