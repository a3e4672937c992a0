import { z } from 'zod';
import { roles } from '@ratchet/domain';
import { id, timestamp } from './primitives';

export const password = z.string().min(10, 'must have at least 10 characters').max(200);
export const signIn = z.strictObject({ email: z.email().max(254), password: z.string().max(200) });
export const session = z.object({
  userId: id,
  email: z.string(),
  name: z.string(),
  role: z.enum(roles),
  expiresAt: timestamp,
});

export const userCreate = z.strictObject({
  email: z.email().max(254),
  name: z.string().trim().min(1).max(200),
  role: z.enum(roles),
  password,
});
export const userUpdate = userCreate.omit({ email: true }).partial().extend({ disabled: z.boolean().optional() });
export const user = z.object({
  id,
  email: z.string(),
  name: z.string(),
  role: z.enum(roles),
  disabled: z.boolean(),
  createdAt: timestamp,
});

export const apiKeyCreate = z.strictObject({
  name: z.string().trim().min(1).max(200),
  role: z.enum(roles).default('engineer'),
});
export const apiKey = z.object({
  id,
  name: z.string(),
  role: z.enum(roles),
  prefix: z.string(),
  createdAt: timestamp,
  lastUsedAt: timestamp.nullable(),
  revokedAt: timestamp.nullable(),
});
/** Shown once, at creation. */
export const apiKeyCreated = apiKey.extend({ key: z.string() });

export const auditEvent = z.object({
  id,
  at: timestamp,
  actor: z.string(),
  action: z.string(),
  resource: z.string(),
  resourceId: z.string().nullable(),
  detail: z.record(z.string(), z.unknown()),
});
export type SessionView = z.infer<typeof session>;
export type UserView = z.infer<typeof user>;
export type ApiKeyView = z.infer<typeof apiKey>;
export type AuditEventView = z.infer<typeof auditEvent>;
