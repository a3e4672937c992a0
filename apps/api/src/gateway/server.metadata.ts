/** How the gateway describes itself in the inference protocol. */
export const serverMetadata = {
  name: 'ratchet',
  version: '0.1.0',
  extensions: ['binary_tensor_data', 'classify', 'model_repository'],
} as const;
