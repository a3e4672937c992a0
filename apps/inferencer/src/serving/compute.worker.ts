import { parentPort } from 'node:worker_threads';
import { RatchetError } from '@ratchet/domain';
import { decodeTo } from '@ratchet/imaging';
import { parseJson, readInferRequest } from '../protocol/infer.request';
import { ComputeSession } from './compute.session';
import type { ComputeAnswer, ComputeRequest } from './worker.messages';

// Entry of a compute thread. Everything that takes more than microseconds happens here and never on the I/O thread.

const port = parentPort!;
const sessions = new Map<number, ComputeSession>();

const sessionOf = (serial: number) => {
  const session = sessions.get(serial);
  if (!session) throw new Error(`model ${serial} is not loaded in this thread`);
  return session;
};

async function perform(request: ComputeRequest): Promise<{ value: unknown; transfer?: ArrayBuffer[] }> {
  switch (request.type) {
    case 'run': {
      const probabilities = await sessionOf(request.serial).run(request.images, request.count);
      return { value: probabilities, transfer: [probabilities.buffer as ArrayBuffer] };
    }
    case 'decode': {
      const pixels = Uint8Array.from(await decodeTo(request.encoded, request.shape)); // its own memory, to hand over
      return { value: pixels, transfer: [pixels.buffer] };
    }
    case 'parse': {
      const parsed = readInferRequest(parseJson(request.body), null, request.shape, request.mostImages);
      return { value: parsed, transfer: [parsed.images.buffer as ArrayBuffer] };
    }
    case 'load':
      sessions.set(request.model.serial, await ComputeSession.open(request.model));
      return { value: null };
    case 'unload': {
      const session = sessions.get(request.serial);
      sessions.delete(request.serial);
      await session?.release();
      return { value: null };
    }
  }
}

async function answer(request: ComputeRequest): Promise<void> {
  const began = process.hrtime.bigint();
  try {
    const { value, transfer } = await perform(request);
    const micros = Number(process.hrtime.bigint() - began) / 1e3;
    port.postMessage({ job: request.job, ok: true, value, micros } satisfies ComputeAnswer, transfer ?? []);
  } catch (error) {
    const fault = error instanceof RatchetError && error.code === 'invalid_input' ? 'input' : 'compute';
    const message = error instanceof Error ? error.message : String(error);
    port.postMessage({ job: request.job, ok: false, fault, message } satisfies ComputeAnswer);
  }
}

// A session must not be released while it runs: what touches sessions is done strictly in turn.
let turn: Promise<void> = Promise.resolve();
port.on('message', (request: ComputeRequest) => {
  if (request.type === 'decode' || request.type === 'parse') void answer(request);
  else turn = turn.then(() => answer(request));
});
