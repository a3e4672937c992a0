import { WireReader } from './wire.reader';
import { WireWriter } from './wire.writer';

/** A ServerLiveResponse, ServerReadyResponse or ModelReadyResponse. */
export const encodeYesOrNo = (yes: boolean): Buffer => new WireWriter().int64(1, yes).encode();

export interface ServerMetadata {
  readonly name: string;
  readonly version: string;
  readonly extensions: readonly string[];
}

export const encodeServerMetadata = ({ name, version, extensions }: ServerMetadata): Buffer =>
  new WireWriter().text(1, name).text(2, version).texts(3, extensions).encode();

export interface TensorMetadata {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
}
export interface ModelMetadata {
  readonly name: string;
  readonly versions: readonly string[];
  readonly platform: string;
  readonly inputs: readonly TensorMetadata[];
  readonly outputs: readonly TensorMetadata[];
}

export function encodeModelMetadata({ name, versions, platform, inputs, outputs }: ModelMetadata): Buffer {
  const writer = new WireWriter().text(1, name).texts(2, versions).text(3, platform);
  for (const tensor of inputs) writer.message(4, encodeTensor(tensor));
  for (const tensor of outputs) writer.message(5, encodeTensor(tensor));
  return writer.encode();
}

const encodeTensor = ({ name, datatype, shape }: TensorMetadata) =>
  new WireWriter().text(1, name).text(2, datatype).packedInt64(3, shape).encode();

export interface ModelAddress {
  readonly model: string;
  /** Empty for the present one. */
  readonly version: string;
}

/** Of a ModelReadyRequest, a ModelMetadataRequest or a ModelInferRequest, whose tensors are skipped. @throws InvalidInput */
export function decodeModelAddress(message: Uint8Array): ModelAddress {
  let [model, version] = ['', ''];
  const reader = new WireReader(message);
  while (reader.next()) {
    if (reader.field === 1) model = reader.text();
    else if (reader.field === 2) version = reader.text();
    else reader.skip();
  }
  return { model, version };
}
