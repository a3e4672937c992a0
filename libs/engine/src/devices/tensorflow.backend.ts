import { createRequire } from 'node:module';
import path from 'node:path';
import util from 'node:util';
import { findBackend } from '@tensorflow/tfjs-core';
import type { Availability } from './availability';
import { nativeFolder } from './native.folder';

/** Packages that bring tfjs's native backend, the faster first. Both are optional peers. */
const packages = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'];

/** What the backend has beside its public type. */
interface NativeBackend {
  readonly binding: { readonly TF_Version: string };
  readonly isUsingGpuDevice: boolean;
}

/**
 * Loads tfjs's native backend, whether installed beside the project's own packages or by `npm run setup:gpu`. It
 * registers itself as `tensorflow` with the one engine that all copies of tfjs in a process share.
 */
export function loadTensorflow(): Availability {
  const places = [createRequire(__filename), createRequire(path.join(nativeFolder, 'package.json'))];
  for (const from of places)
    for (const name of packages) {
      if (!isInstalled(from, name)) continue;
      try {
        restoreRemovedFunctions();
        from(name);
        const { binding, isUsingGpuDevice } = findBackend('tensorflow') as unknown as NativeBackend;
        const processor = isUsingGpuDevice ? 'on a GPU' : 'on the processor';
        return { available: true, reason: `${name} with TensorFlow ${binding.TF_Version} ${processor}` };
      } catch (error) {
        const [firstLine] = (error as Error).message.split('\n');
        return { available: false, reason: `${name} is installed but does not load: ${firstLine}` };
      }
    }
  return { available: false, reason: `neither ${packages.join(' nor ')} is installed` };
}

function isInstalled(from: NodeJS.Require, name: string): boolean {
  try {
    from.resolve(name);
    return true;
  } catch {
    return false;
  }
}

/** tfjs-node calls functions of `util` that warn since Node 22 and are gone from Node 23. */
function restoreRemovedFunctions(): void {
  Object.assign(util, {
    isArray: Array.isArray,
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
  });
}
