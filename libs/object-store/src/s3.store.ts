import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import {
  type ByteRange,
  InvalidInput,
  NotFound,
  type ObjectInfo,
  type ObjectStore,
  RatchetError,
  Unavailable,
} from '@ratchet/domain';
import { Client, S3Error } from 'minio';
import { blocksOf } from './body.blocks';
import { assertKey, assertPrefix, assertRange, assertSize } from './object.key';
import { ResponseBody } from './response.body';
import { impatientTransport } from './s3.transport';

export interface S3Settings {
  readonly endpoint: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly bucket: string;
  readonly region: string;
}

type PutOptions = NonNullable<Parameters<ObjectStore['put']>[2]>;

/** A part is held in memory while it travels; 10,000 of them, the most S3 takes, make 160 GB. */
const PART_BYTES = 16 * 2 ** 20;
const MISSING = ['NoSuchKey', 'NotFound'];

/**
 * Objects in a bucket of anything that speaks S3. The bucket is made when it is missing.
 * Large bodies go as a multipart upload that only completes after the last part, and is aborted on any failure;
 * when the server dies its unfinished upload stays invisible and is left to the store's own clean-up.
 * (`Client.putObject` of a stream is not used: it resumes any unfinished upload of the same key and so mixes concurrent writers.)
 */
export class S3ObjectStore implements ObjectStore {
  private readonly client: Client;
  private bucketReady: Promise<void> | null = null;

  constructor(
    private readonly settings: S3Settings,
    private readonly patienceMs = 30_000,
  ) {
    const endpoint = new URL(settings.endpoint);
    const useSSL = endpoint.protocol === 'https:';
    this.client = new Client({
      endPoint: endpoint.hostname,
      port: endpoint.port ? Number(endpoint.port) : useSSL ? 443 : 80,
      useSSL,
      accessKey: settings.accessKey,
      secretKey: settings.secretKey,
      region: settings.region,
      transport: impatientTransport(useSSL, patienceMs),
      retryOptions: { disableRetry: true },
    });
  }

  async put(key: string, body: Readable | Uint8Array, options: PutOptions = {}): Promise<ObjectInfo> {
    assertKey(key);
    options.signal?.throwIfAborted();
    const blocks = blocksOf(body, PART_BYTES, options.signal);
    try {
      await this.attempt(key, () => this.ensureBucket());
      const first = await blocks.next();
      const second = first.done ? first : await blocks.next();
      const size = second.done
        ? await this.putWhole(key, first.done ? Buffer.alloc(0) : first.value, options.size)
        : await this.putParts(key, [first.value as Buffer, second.value], blocks, options);
      return { key, size, modifiedAt: new Date() };
    } finally {
      await blocks.return(undefined);
      if (body instanceof Readable) body.destroy();
    }
  }

  async get(key: string, range?: ByteRange): Promise<Readable> {
    assertKey(key);
    if (range) assertRange(range);
    const response = await this.attempt(key, async () => {
      await this.ensureBucket();
      return range
        ? this.client.getPartialObject(this.settings.bucket, key, range.start, range.end - range.start + 1)
        : this.client.getObject(this.settings.bucket, key);
    });
    return new ResponseBody(
      response as IncomingMessage,
      this.patienceMs,
      (error) => this.translate(error, key) as Error,
    );
  }

  async stat(key: string): Promise<ObjectInfo | null> {
    assertKey(key);
    try {
      const found = await this.attempt(key, () => this.client.statObject(this.settings.bucket, key));
      return { key, size: found.size, modifiedAt: found.lastModified };
    } catch (error) {
      if (error instanceof NotFound) return null;
      throw error;
    }
  }

  async *list(prefix: string): AsyncIterable<ObjectInfo> {
    assertPrefix(prefix);
    for (let token = ''; ;) {
      const page = await this.attempt(prefix, async () => {
        await this.ensureBucket();
        return this.client.listObjectsV2Query(this.settings.bucket, prefix, token, '', 1000, '');
      });
      for (const item of page.objects)
        if (item.name) yield { key: item.name, size: item.size, modifiedAt: new Date(item.lastModified) };
      if (!page.isTruncated) return;
      token = page.nextContinuationToken;
    }
  }

  async delete(key: string): Promise<void> {
    assertKey(key);
    try {
      await this.attempt(key, () => this.client.removeObject(this.settings.bucket, key));
    } catch (error) {
      if (!(error instanceof NotFound)) throw error;
    }
  }

  async check(): Promise<void> {
    this.bucketReady = null;
    await this.attempt('', () => this.ensureBucket());
  }

  private async putWhole(key: string, bytes: Buffer, announced: number | undefined): Promise<number> {
    assertSize(announced, bytes.length);
    await this.attempt(key, () => this.client.putObject(this.settings.bucket, key, bytes, bytes.length));
    return bytes.length;
  }

  private async putParts(
    key: string,
    head: Buffer[],
    rest: AsyncIterable<Buffer>,
    { size: announced, signal }: PutOptions,
  ): Promise<number> {
    const { bucket } = this.settings;
    const uploadId = await this.attempt(key, () => this.client.initiateNewMultipartUpload(bucket, key, {}));
    try {
      const parts: { part: number; etag: string }[] = [];
      let size = 0;
      const send = async (block: Buffer) => {
        signal?.throwIfAborted();
        const part = parts.length + 1;
        parts.push({ part, etag: await this.attempt(key, () => this.putPart(key, uploadId, part, block)) });
        size += block.length;
      };
      while (head.length > 0) await send(head.shift()!);
      for await (const block of rest) await send(block);
      assertSize(announced, size);
      signal?.throwIfAborted();
      await this.attempt(key, () => this.client.completeMultipartUpload(bucket, key, uploadId, parts));
      return size;
    } catch (error) {
      // The failure that brought us here is the one to report.
      await this.client.abortMultipartUpload(bucket, key, uploadId).catch(() => undefined);
      throw error;
    }
  }

  private async putPart(key: string, uploadId: string, part: number, block: Buffer): Promise<string> {
    const response = await this.client.makeRequestAsync(
      {
        method: 'PUT',
        bucketName: this.settings.bucket,
        objectName: key,
        query: new URLSearchParams({ partNumber: String(part), uploadId }).toString(),
        headers: {
          'content-length': String(block.length),
          'content-md5': createHash('md5').update(block).digest('base64'),
        },
      },
      block,
    );
    response.resume();
    return String(response.headers.etag).replaceAll('"', '');
  }

  private ensureBucket(): Promise<void> {
    this.bucketReady ??= this.makeBucket().catch((error: unknown) => {
      this.bucketReady = null;
      throw error;
    });
    return this.bucketReady;
  }

  private async makeBucket(): Promise<void> {
    const { bucket, region } = this.settings;
    if (await this.client.bucketExists(bucket)) return;
    await this.client.makeBucket(bucket, region).catch((error: unknown) => {
      // Another process may have made it meanwhile.
      if (codeOf(error) !== 'BucketAlreadyOwnedByYou') throw error;
    });
  }

  private async attempt<T>(key: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw this.translate(error, key);
    }
  }

  private translate(error: unknown, key: string): unknown {
    if (error instanceof RatchetError) return error;
    const { bucket, endpoint } = this.settings;
    const code = codeOf(error);
    if (MISSING.includes(code)) return new NotFound('object', key);
    if (code === 'InvalidRange')
      return new InvalidInput('range', `starts beyond the end of '${key}'. Start inside it.`);
    if (code === 'NoSuchBucket') this.bucketReady = null;
    const mend =
      error instanceof S3Error
        ? `It answered ${code || error.message}: ${mends[code] ?? 'look at its log'}.`
        : `It did not answer (${error instanceof Error ? error.message : String(error)}): see that it runs and that S3_ENDPOINT is right.`;
    return new Unavailable(`The object store ${endpoint}/${bucket}`, mend, { cause: error });
  }
}

const mends: Readonly<Record<string, string>> = {
  InvalidAccessKeyId: 'check S3_ACCESS_KEY',
  SignatureDoesNotMatch: 'check S3_SECRET_KEY',
  AccessDenied: 'check S3_ACCESS_KEY, S3_SECRET_KEY and what they may do with S3_BUCKET',
  NoSuchBucket: 'create the bucket or check S3_BUCKET',
  XMinioStorageFull: 'free some space on it',
};

const codeOf = (error: unknown): string => (error as { code?: string } | null)?.code ?? '';
