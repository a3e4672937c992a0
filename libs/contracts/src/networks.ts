import { z } from 'zod';
import { description, id, imageShape, sha256, slug, timestamp, title } from './primitives';

export const networkSpec = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('zoo'),
    name: slug,
    args: z.record(z.string().max(64), z.union([z.number(), z.boolean(), z.string().max(200)])).default({}),
  }),
  z.strictObject({
    kind: z.literal('keras'),
    /** A Keras `model.to_json()` document or tfjs `model.json` topology, at most 1 MiB. */
    model: z.record(z.string(), z.unknown()),
  }),
]);

/** `input` and `classes` are what the network is built and shape-checked against; a trial builds it for its own. */
export const networkCreate = z.strictObject({
  name: title,
  description,
  spec: networkSpec,
  input: imageShape.default({ height: 28, width: 28, channels: 1 }),
  classes: z.int().min(2).max(256).default(10),
});
export const networkDescribe = networkCreate.pick({ spec: true, input: true, classes: true });

export const networkDescription = z.object({
  input: imageShape,
  classes: z.int(),
  layers: z.array(
    z.object({
      name: z.string(),
      type: z.string(),
      outputShape: z.array(z.int()),
      parameters: z.int(),
      flops: z.number(),
    }),
  ),
  parameters: z.int(),
  flops: z.number(),
});

export const zooEntry = z.object({
  name: z.string(),
  title: z.string(),
  description: z.string(),
  args: z.array(
    z.object({
      name: z.string(),
      default: z.union([z.number(), z.boolean(), z.string()]),
      min: z.number().optional(),
      max: z.number().optional(),
      description: z.string(),
    }),
  ),
});

export const networkVersion = z.object({
  id,
  networkId: id,
  networkName: z.string(),
  version: z.int(),
  spec: networkSpec,
  digest: sha256,
  description: networkDescription,
  createdAt: timestamp,
});
export const network = z.object({
  id,
  name: z.string(),
  description: z.string(),
  latestVersionId: id,
  versions: z.int(),
  parameters: z.int(),
  createdAt: timestamp,
});
export type NetworkView = z.infer<typeof network>;
export type NetworkVersionView = z.infer<typeof networkVersion>;
export type ZooEntryView = z.infer<typeof zooEntry>;
