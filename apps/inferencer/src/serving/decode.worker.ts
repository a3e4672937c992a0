import { decodeTo } from '@ratchet/imaging';
import { parseJson, readInferRequest } from '../protocol/infer.request';
import type { DecoderRequest } from './worker.messages';
import { answerRequests, type Performed } from './worker.port';

// Entry of a thread that turns what clients send into pixels.

async function perform(request: DecoderRequest): Promise<Performed> {
  if (request.type === 'parse') {
    const parsed = readInferRequest(parseJson(request.body), null, request.shape, request.mostImages);
    return { value: parsed, transfer: [parsed.images.buffer as ArrayBuffer] };
  }
  if (request.type === 'unpack') {
    const { decodeUintContents } = await import('@ratchet/grpc'); // hardly anybody sends numbers: not worth the memory before
    const values = decodeUintContents(request.contents, request.expected);
    return { value: values, transfer: [values.buffer as ArrayBuffer] };
  }
  const pixels = Uint8Array.from(await decodeTo(request.encoded, request.shape)); // memory of its own, to hand over
  return { value: pixels, transfer: [pixels.buffer] };
}

answerRequests(perform, { oneAtATime: false });
