import path from 'node:path';
import {
  type CallOptions,
  type ChannelOptions,
  Client,
  credentials,
  loadPackageDefinition,
  Metadata,
  type ServiceClientConstructor,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

const PROTO = path.resolve(
  __dirname,
  `${__dirname.includes(`${path.sep}dist${path.sep}`) ? '../' : ''}../../../../libs/grpc/src/open.inference.proto`,
);

/** What a call came to: its message as plain values, or gRPC's name of the failure and its words. */
export type RpcOutcome =
  | { readonly status: 'OK'; readonly answer: Record<string, unknown> }
  | { readonly status: string; readonly message: string; readonly code: string | undefined };

type UnaryCall = (
  request: object,
  metadata: Metadata,
  options: CallOptions,
  done: (error: ServiceError | null, answer: Record<string, unknown>) => void,
) => void;

/** A client of the Open Inference Protocol over gRPC, made from its .proto by nothing of ours. */
export class InferenceClient {
  private readonly client: Client & Record<string, UnaryCall>;

  /** @param url `http://host:port` */
  constructor(url: string, options: ChannelOptions = {}) {
    const { inference } = loadPackageDefinition(loadSync(PROTO, { keepCase: true, longs: Number, defaults: true }));
    const Service = (inference as Record<string, unknown>).GRPCInferenceService as ServiceClientConstructor;
    const own = { 'grpc.use_local_subchannel_pool': 1, 'grpc.max_send_message_length': -1, ...options };
    this.client = new Service(new URL(url).host, credentials.createInsecure(), own) as unknown as typeof this.client;
  }

  async ask(
    method: string,
    request: object = {},
    {
      key,
      deadlineMs = 20_000,
      headers = {},
    }: { key?: string; deadlineMs?: number; headers?: Record<string, string> } = {},
  ): Promise<RpcOutcome> {
    const metadata = new Metadata();
    if (key) metadata.set('authorization', `Bearer ${key}`);
    for (const name in headers) metadata.set(name, headers[name]);
    return new Promise((resolve) =>
      this.client[method](request, metadata, { deadline: new Date(Date.now() + deadlineMs) }, (error, answer) =>
        resolve(
          error
            ? {
                status: status[error.code],
                message: error.details,
                code: error.metadata.get('ratchet-code')[0]?.toString(),
              }
            : { status: 'OK', answer },
        ),
      ),
    );
  }

  close(): void {
    this.client.close();
  }
}

/** A ModelInferRequest for images that lie one after the other in `pixels`. */
export const inferRequest = (
  pixels: Uint8Array,
  shape: readonly number[],
  {
    model = 'digits',
    typed = false,
    ...rest
  }: { model?: string; typed?: boolean; model_version?: string; id?: string } = {},
) => ({
  model_name: model,
  ...rest,
  inputs: [{ name: 'images', datatype: 'UINT8', shape, ...(typed && { contents: { uint_contents: [...pixels] } }) }],
  ...(!typed && { raw_input_contents: [pixels] }),
});

/** The probabilities of an answer, wherever they travelled. */
export function probabilitiesOf(answer: Record<string, unknown>): number[] {
  const { outputs, raw_output_contents: raw } = answer as {
    outputs: { contents: { fp32_contents: number[] } | null }[];
    raw_output_contents: Buffer[];
  };
  if (raw.length === 0) return outputs[0].contents!.fp32_contents;
  return Array.from({ length: raw[0].byteLength / 4 }, (_, i) => raw[0].readFloatLE(i * 4));
}
