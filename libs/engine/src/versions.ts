import { version_core as tfjs } from '@tensorflow/tfjs-core';
import { env } from 'onnxruntime-node';

/** What computed a result: kept with every checkpoint and every exported model. */
export const versions: Readonly<Record<string, string>> = {
  engine: '1',
  onnxruntime: env.versions.node ?? env.versions.common,
  tfjs,
  node: process.versions.node,
};
