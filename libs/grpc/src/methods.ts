/** The methods of `inference.GRPCInferenceService` that are spoken here. All take one message and answer one. */
export const rpcMethods = [
  'ServerLive',
  'ServerReady',
  'ServerMetadata',
  'ModelReady',
  'ModelMetadata',
  'ModelInfer',
  'RepositoryIndex',
  'RepositoryModelLoad',
  'RepositoryModelUnload',
] as const;
export type RpcMethod = (typeof rpcMethods)[number];

export const methodPath = (method: RpcMethod): string => `/inference.GRPCInferenceService/${method}`;
/** The method at a path that `methodPath` gave. */
export const methodAt = (path: string): RpcMethod => path.slice(path.lastIndexOf('/') + 1) as RpcMethod;
