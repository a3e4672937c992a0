import { InvalidInput } from '@ratchet/domain';
import { readBody } from '../http/body.reader';
import type { Exchange } from '../http/exchange';
import { parseJson } from '../protocol/infer.request';

const BODY_BYTES = 1024;

/** `{"ready": true}` asks only for models that serve; no body asks for all. @throws InvalidInput, TooLarge */
export async function readIndexRequest(exchange: Exchange): Promise<{ readonly ready: boolean }> {
  const body = await readBody(exchange.request, BODY_BYTES, exchange.share);
  exchange.bodyRead = true;
  if (body.byteLength === 0) return { ready: false };
  const { ready = false } = (parseJson(body) ?? {}) as { ready?: unknown };
  if (typeof ready !== 'boolean') throw new InvalidInput('ready', 'must be true or false.');
  return { ready };
}
