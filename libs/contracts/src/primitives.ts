import { z } from 'zod';

export const id = z.uuid().meta({ description: 'UUID, version 7: sorts by creation time' });
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits');
export const timestamp = z.iso.datetime({ offset: true });
/** How people and URLs address a thing. */
export const slug = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'must be 1 to 63 lower-case letters, digits and inner hyphens');
export const title = z.string().trim().min(1).max(200);
export const description = z.string().trim().max(4000).default('');
export const className = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^[^\p{Cc}/\\]+$/u, 'must not contain slashes or control characters');
export const classList = z.array(className).min(2).max(256);

/** 8–512 pixels a side keeps a packed image below 768 KiB. */
export const imageShape = z.object({
  height: z.int().min(8).max(512),
  width: z.int().min(8).max(512),
  channels: z.literal([1, 3]),
});

/** react-admin's list parameters, JSON-encoded in the query string as its simple REST provider sends them. */
export const listQuery = z.object({
  filter: z.string().max(4000).optional(),
  sort: z.string().max(200).optional(),
  range: z.string().max(100).optional(),
});
export type ListQuery = z.infer<typeof listQuery>;
