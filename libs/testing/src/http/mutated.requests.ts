import { connect } from 'node:net';

const image = Buffer.alloc(784, 9);
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAAAAABX3VL4AAAADklEQVR4nGNgYGBg+A8AAQQBAPCz8hUAAAAASUVORK5CYII=',
  'base64',
);

/** xorshift: the same mutations at every run. */
function randomFrom(seed: number) {
  let state = seed;
  return (below: number) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const tensor = (data: unknown, extra: object = {}) =>
  JSON.stringify({ inputs: [{ name: 'images', datatype: 'UINT8', shape: [1, 28, 28, 1], data, ...extra }] });
const binaryHead = tensor(undefined, { parameters: { binary_data_size: 784 } });
const boundary = 'xxBOUNDARYxx';
const form = Buffer.concat([
  Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="a"; filename="a.png"\r\n\r\n`),
  png,
  Buffer.from(`\r\n--${boundary}--\r\n`),
]);
const seeds: { target: string; headers: Record<string, string>; body: Buffer }[] = [
  { target: '/v2/models/digits/infer', headers: {}, body: Buffer.from(tensor([...image])) },
  {
    target: '/v2/models/digits/infer',
    headers: { 'inference-header-content-length': String(binaryHead.length) },
    body: Buffer.concat([Buffer.from(binaryHead), image]),
  },
  { target: '/v2/models/digits/classify', headers: { 'content-type': 'application/vnd.ratchet.pixels' }, body: image },
  { target: '/v2/models/digits/classify', headers: { 'content-type': 'image/png' }, body: png },
  {
    target: '/v2/models/digits/classify',
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: form,
  },
  {
    target: '/v2/models/digits/classify',
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify([`images/00/${'0'.repeat(64)}`])),
  },
];
const nasty = [
  '-1',
  '0',
  '1e308',
  '99999999999999999999',
  '{}',
  '[[]]',
  'null',
  '"\\ud800"',
  '../../etc/passwd',
  '%00',
  'NaN',
  '\u0000',
];

/**
 * Requests for predictions of a task `digits` (28×28×1) that were bent: bytes, lengths, headers, addresses, numbers.
 * The same seed gives the same requests.
 * @param headers sent with each, such as a credential
 */
export function mutatedRequests(seed: number, headers: Readonly<Record<string, string>> = {}): () => Buffer {
  const random = randomFrom(seed);
  return () => mutated(random, headers);
}

function mutated(random: (below: number) => number, added: Readonly<Record<string, string>>): Buffer {
  const { target, headers, body } = seeds[random(seeds.length)];
  let bytes = Buffer.from(body);
  const fields: Record<string, string> = { host: 'x', ...added, ...headers };
  let line = `POST ${target} HTTP/1.1`;
  let announced = bytes.length;
  for (let n = 1 + random(3); n > 0; n--)
    switch (random(9)) {
      case 0: // flip bytes
        for (let i = 0; i < 1 + random(8); i++) if (bytes.length) bytes[random(bytes.length)] ^= 1 << random(8);
        break;
      case 1: // cut
        bytes = bytes.subarray(0, random(bytes.length + 1));
        announced = bytes.length;
        break;
      case 2: // double a piece
        bytes = Buffer.concat([bytes, bytes.subarray(random(bytes.length + 1))]);
        announced = bytes.length;
        break;
      case 3: {
        // put something nasty in
        const at = random(bytes.length + 1);
        bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(nasty[random(nasty.length)]), bytes.subarray(at)]);
        announced = bytes.length;
        break;
      }
      case 4: // lie about the length
        announced = [0, 1, bytes.length + 1, 2 ** 31, 2 ** 53, bytes.length - 1][random(6)];
        break;
      case 5: // a header nobody expects
        fields[
          ['inference-header-content-length', 'content-type', 'content-encoding', 'x-request-timeout-ms'][random(4)]
        ] = nasty[random(nasty.length - 1)];
        break;
      case 6: // another address
        line = `POST ${target.replace(/digits|infer|classify/, nasty[random(nasty.length - 1)].replace(/ /g, ''))} HTTP/1.1`;
        break;
      case 7: // another method or protocol
        line = [
          `GET ${target} HTTP/1.1`,
          `PATCH ${target} HTTP/1.1`,
          `POST ${target} HTTP/9.9`,
          `BREW ${target} HTTP/1.1`,
        ][random(4)];
        break;
      case 8: // swapped tensor numbers
        bytes = Buffer.from(
          bytes.toString('latin1').replace(/28|784|9/g, () => nasty[random(6)]),
          'latin1',
        );
        announced = bytes.length;
        break;
    }
  fields['content-length'] = String(announced);
  const head = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
  return Buffer.concat([Buffer.from(`${line}\r\n${head.join('\r\n')}\r\n\r\n`, 'latin1'), bytes]);
}

/** The status of the answer; 0 when the connection was closed without one. */
export const statusOf = (port: number, request: Buffer) =>
  new Promise<number>((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
      socket.destroy();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0)));
    socket.write(request);
  });
