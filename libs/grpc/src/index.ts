export {
  decodeInferRequest,
  decodeUintContents,
  encodeInferResponse,
  type InputTensor,
  type ModelInferRequest,
} from './infer.messages';
export {
  decodeModelAddress,
  encodeModelMetadata,
  encodeServerMetadata,
  encodeYesOrNo,
  type ModelAddress,
} from './model.messages';
export {
  decodeIndexRequest,
  decodeRepositoryOrder,
  encodeIndexResponse,
  type ModelIndexEntry,
} from './repository.messages';
export { RpcChannel, type RpcQuestion, RpcUnreachable } from './rpc.channel';
export { RpcRefusal, rpcStatus } from './rpc.refusal';
export { type RpcCall, type RpcHandler, type RpcHead, RpcServer } from './rpc.server';
export { type RpcMethod } from './methods';
