import { Controller, Get, Inject } from '@nestjs/common';
import { z } from 'zod';
import { Endpoint } from '../http/endpoint.decorator';

export const OPENAPI_DOCUMENT = Symbol('OpenApiDocument');

@Controller('api/openapi.json')
export class OpenApiController {
  constructor(@Inject(OPENAPI_DOCUMENT) private readonly document: Record<string, unknown>) {}

  @Get()
  @Endpoint({ summary: 'This document', access: 'viewer', answer: z.record(z.string(), z.unknown()) })
  openApi(): Record<string, unknown> {
    return this.document;
  }
}
