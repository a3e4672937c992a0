import type { IncomingMessage } from 'node:http';
import busboy from 'busboy';
import { InvalidInput, TooLarge } from '@ratchet/domain';
import type { BodyShare } from './body.reader';
import type { RequestLimits } from './infer.handler';
import { Refusal } from './refusal';

/** Every file of a multipart form, in its order. @throws InvalidInput, TooLarge, Refusal 503 */
export function readMultipartImages(
  request: IncomingMessage,
  limits: RequestLimits,
  share: BodyShare,
): Promise<Buffer[]> {
  return new Promise<Buffer[]>((resolve, reject) => {
    const images: Buffer[] = [];
    let taken = 0;
    const end = (act: () => void) => {
      request.unpipe();
      request.resume();
      act();
    };
    const refuse = (error: unknown) => end(() => reject(error));
    let form: busboy.Busboy;
    try {
      form = busboy({
        headers: request.headers,
        limits: { files: limits.images, fields: 16, fieldSize: 1024, parts: limits.images + 16 },
      });
    } catch (error) {
      return refuse(new InvalidInput('Content-Type', `is no usable form (${(error as Error).message}).`));
    }
    form.on('file', (_name, file) => {
      const chunks: Buffer[] = [];
      file.on('data', (chunk: Buffer) => {
        try {
          if (taken + chunk.byteLength > limits.bodyBytes) throw new TooLarge('The form', limits.bodyBytes);
          share.take(chunk.byteLength);
          taken += chunk.byteLength;
          chunks.push(chunk);
        } catch (error) {
          file.resume();
          refuse(error);
        }
      });
      file.on('end', () => images.push(Buffer.concat(chunks)));
      file.on('error', () => undefined); // the form reports it
    });
    form.on('filesLimit', () => refuse(new InvalidInput('body', `holds more than ${limits.images} images.`)));
    form.on('error', (error) => refuse(new InvalidInput('body', `is no valid form: ${(error as Error).message}.`)));
    form.on('close', () =>
      end(() => (images.length > 0 ? resolve(images) : reject(new InvalidInput('body', 'holds no image file.')))),
    );
    request.on('error', (error) => refuse(new Refusal(400, 'aborted', `The request broke off: ${error.message}`)));
    request.pipe(form);
  });
}
