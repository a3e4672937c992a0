import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { importOptions, uploadParts, type ImportOptions } from '@ratchet/contracts';
import { InvalidInput, InvalidQuery, objectKeys, TooLarge, type ObjectInfo, type ObjectStore } from '@ratchet/domain';
import busboy from 'busboy';
import type { Request } from 'express';
import { checked } from '../http/field.messages';
import { API_CONFIG, type ApiConfig, OBJECT_STORE } from '../platform/platform.tokens';

export interface ReceivedUpload {
  readonly key: string;
  readonly bytes: number;
  readonly options: ImportOptions;
}

/** 16 MiB of groups and, around them, JSON's escapes and the other options. */
const maxOptionsBytes = 20 * 2 ** 20;

/** Streams an upload's body to the object store, whole or not at all. */
@Injectable()
export class UploadReceiver {
  constructor(
    @Inject(API_CONFIG) private readonly config: ApiConfig,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
  ) {}

  /**
   * @throws TooLarge as soon as the body is, or announces itself, above the limit; InvalidInput for options that are
   *   malformed; when the client goes away. Nothing stays in the store then.
   */
  async receive(request: Request): Promise<ReceivedUpload> {
    const limit = this.config.api.uploadLimitBytes;
    const multipart = request.is('multipart/form-data') === 'multipart/form-data';
    if (request.is('application/json') === 'application/json')
      throw new InvalidInput('body', 'must be the archive itself, or multipart/form-data with options and archive');
    if (Number(request.headers['content-length'] ?? 0) > limit + (multipart ? maxOptionsBytes : 0))
      throw new TooLarge('The upload', limit);
    try {
      return await (multipart ? this.receiveParts(request, limit) : this.receiveRaw(request, limit));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error;
      throw new InvalidInput('body', 'ended before it was complete. Upload it again.');
    }
  }

  private async receiveRaw(request: Request, limit: number): Promise<ReceivedUpload> {
    const options = parseOptions(request.query.options);
    const stored = await this.keep(request, limit);
    return { key: stored.key, bytes: stored.size, options };
  }

  private receiveParts(request: Request, limit: number): Promise<ReceivedUpload> {
    return new Promise((resolve, reject) => {
      let options: ImportOptions | null = null;
      let stored: Promise<ObjectInfo> | null = null;
      let refused = false;
      let form: busboy.Busboy;
      try {
        form = busboy({
          headers: request.headers,
          limits: { fieldSize: maxOptionsBytes, fields: 1, files: 1, parts: 3 },
        });
      } catch (error) {
        return reject(new InvalidInput('body', `is no multipart/form-data (${(error as Error).message})`));
      }
      const refuse = (error: unknown) => {
        if (refused) return;
        refused = true;
        request.unpipe(form);
        form.destroy();
        // What was stored in the meantime goes again.
        Promise.resolve(stored)
          .then((info) => info && this.store.delete(info.key))
          .catch(() => undefined)
          .finally(() => reject(error));
      };
      form.on('field', (name, value, { valueTruncated }) => {
        try {
          if (name !== uploadParts.options) throw new InvalidInput(name, 'is no part of an upload');
          if (valueTruncated) throw new TooLarge('The options of the upload', maxOptionsBytes);
          options = parseOptions(value);
        } catch (error) {
          refuse(error);
        }
      });
      form.on('file', (name, file) => {
        if (name !== uploadParts.archive || options === null) {
          file.on('error', () => undefined).resume();
          return refuse(new InvalidInput('body', "must hold the part 'options' and after it the part 'archive'"));
        }
        stored = this.keep(file, limit);
        stored.catch(refuse);
      });
      form.on('error', (error) =>
        refuse(new InvalidInput('body', `cannot be read (${(error as Error).message}). Upload it again.`)),
      );
      form.once('close', () => {
        if (refused) return;
        if (stored === null) return refuse(new InvalidInput('body', "holds no part 'archive'"));
        stored.then((info) => resolve({ key: info.key, bytes: info.size, options: options as ImportOptions }), reject);
      });
      request.once('aborted', () => form.destroy(new Error('the client went away')));
      request.pipe(form);
    });
  }

  private keep(body: Readable, limit: number): Promise<ObjectInfo> {
    return this.store.put(objectKeys.upload(randomUUID()), Readable.from(limited(body, limit), { objectMode: false }));
  }
}

/** The bytes of `body`, and an error once they are too many. */
async function* limited(body: Readable, limit: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    if ((bytes += chunk.length) > limit) throw new TooLarge('The upload', limit);
    yield chunk;
  }
}

function parseOptions(text: unknown): ImportOptions {
  let options: unknown;
  try {
    options = text === undefined ? {} : JSON.parse(String(text));
  } catch {
    throw new InvalidQuery('options', 'must be JSON such as {"seed":1,"groupRegex":"^lot\\\\d+"}');
  }
  return checked(importOptions, options);
}
