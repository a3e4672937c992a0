import http from 'node:http';
import https from 'node:https';
import type { Client } from 'minio';

type Transport = NonNullable<ConstructorParameters<typeof Client>[0]['transport']>;

/** The `minio` client waits for ever by itself: this transport gives a silent server up after `patienceMs` without a byte. */
export function impatientTransport(useSSL: boolean, patienceMs: number): Transport {
  const secure = useSSL ? https : http;
  const agent = new secure.Agent({ keepAlive: true, maxSockets: 64 });
  const request = (options: http.RequestOptions, onResponse?: (response: http.IncomingMessage) => void) => {
    const sent = secure.request({ ...options, agent }, onResponse);
    sent.setTimeout(patienceMs, () => sent.destroy(new Error(`no answer within ${patienceMs} ms`)));
    return sent;
  };
  return { request } as Transport;
}
