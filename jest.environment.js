const { TestEnvironment } = require('jest-environment-node');

/**
 * Node's environment with the host's typed arrays: native modules (onnxruntime-node, tfjs) check
 * `instanceof Float32Array` against the host realm and refuse those of jest's own realm.
 */
module.exports = class HostArraysEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    for (const name of [
      'ArrayBuffer',
      'SharedArrayBuffer',
      'DataView',
      'Int8Array',
      'Uint8Array',
      'Uint8ClampedArray',
      'Int16Array',
      'Uint16Array',
      'Int32Array',
      'Uint32Array',
      'Float32Array',
      'Float64Array',
      'BigInt64Array',
      'BigUint64Array',
    ])
      this.global[name] = globalThis[name];
  }
};
