import { InferenceSession } from 'onnxruntime-node';

export type OnnxProvider = 'cpu' | 'webgpu' | 'cuda';

/**
 * Options measured to matter: threads that spin while idle slow every other session of the machine down to half, and
 * without the arena training is half as fast. TF32 would round the 11-bit numbers random masks are made of.
 */
export function sessionOptions(provider: OnnxProvider, threads: number): InferenceSession.SessionOptions {
  const providers: Record<OnnxProvider, InferenceSession.ExecutionProviderConfig[]> = {
    cpu: ['cpu'],
    webgpu: ['webgpu', 'cpu'],
    cuda: [{ name: 'cuda', use_tf32: '0' } as InferenceSession.ExecutionProviderConfig, 'cpu'],
  };
  return {
    executionProviders: providers[provider],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    enableCpuMemArena: true,
    enableMemPattern: true,
    logSeverityLevel: 3,
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  };
}
