import { pipeline } from 'node:stream/promises';
import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { sha256 as sha256Schema } from '@ratchet/contracts';
import { DatasetVersionRepository, type Image } from '@ratchet/database';
import { NotFound, objectKeys, type ObjectStore } from '@ratchet/domain';
import { contentTypes, readImage, thumbnail, type ImageFormat } from '@ratchet/imaging';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { Endpoint } from '../http/endpoint.decorator';
import { QueryOf } from '../http/parameters';
import { OBJECT_STORE } from '../platform/platform.tokens';

const thumbnailQuery = z.strictObject({
  size: z.coerce
    .number()
    .int()
    .min(16)
    .max(512)
    .default(96)
    .meta({ description: 'Pixels of the longer side, at most' }),
});

/** Images by their SHA-256. Their bytes never change, so whoever has them need not ask again. */
@Controller('api/images')
export class ImagesController {
  constructor(
    private readonly versions: DatasetVersionRepository,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
  ) {}

  @Get(':sha256')
  @Endpoint({ summary: 'The file of an image as it was uploaded', access: 'viewer', produces: 'image/*' })
  async original(@Param('sha256') name: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const image = await this.find(name);
    const tag = `"${image.sha256}"`;
    const file = request.method === 'HEAD' || has(request, tag) ? null : await this.store.get(objectKeys.image(name));
    neverChanges(response, tag);
    response.setHeader('X-Image-Width', image.width);
    response.setHeader('X-Image-Height', image.height);
    response.setHeader('X-Image-Channels', image.channels);
    if (has(request, tag)) return void response.status(304).end();
    response.type(contentTypes[image.format as ImageFormat]);
    response.setHeader('Content-Length', image.bytes);
    if (!file) return void response.end();
    await pipeline(file, response).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error; // the client has seen enough
    });
  }

  @Get(':sha256/thumbnail')
  @Endpoint({ summary: 'A small WebP of an image, within a square', access: 'viewer', produces: 'image/webp' })
  async thumbnail(
    @Param('sha256') name: string,
    @QueryOf(thumbnailQuery) { size }: z.output<typeof thumbnailQuery>,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { sha256 } = await this.find(name);
    const tag = `"${sha256}-${size}"`;
    if (has(request, tag)) return void response.status(304).end();
    const small = await thumbnail(await readImage(this.store, sha256), size);
    neverChanges(response, tag);
    response.type('image/webp').send(Buffer.from(small));
  }

  private async find(name: string): Promise<Image> {
    if (!sha256Schema.safeParse(name).success) throw new NotFound('image', name);
    return this.versions.image(name);
  }
}

const has = (request: Request, tag: string): boolean => !!request.headers['if-none-match']?.includes(tag);

/** Said of good answers alone: an error may be gone the next time. */
function neverChanges(response: Response, tag: string): void {
  response.setHeader('Cache-Control', 'private, max-age=31536000, immutable');
  response.setHeader('ETag', tag);
}
