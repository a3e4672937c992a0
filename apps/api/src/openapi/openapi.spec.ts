import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Controller, Get, Module } from '@nestjs/common';
import { Endpoint } from '../http/endpoint.decorator';
import { apiDocument, documentText } from './api.document';
import { describeEndpoints } from './endpoints';

type Operation = { operationId: string; responses: Record<string, { content?: Record<string, { schema?: object }> }> };

describe('the OpenAPI document', () => {
  const document = apiDocument() as {
    openapi: string;
    paths: Record<string, Record<string, Operation>>;
    components: { schemas: Record<string, object> };
  };
  const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));

  it('is the one checked in; if not, run `npx nx run api:openapi` and look at the difference', () => {
    const checkedIn = readFileSync(path.resolve(__dirname, '../../../../openapi.json'), 'utf8');
    expect(documentText() === checkedIn).toBe(true);
  });

  it('names every operation once', () => {
    expect(new Set(operations.map((operation) => operation.operationId)).size).toBe(operations.length);
  });

  it('refers to nothing that it does not hold', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)];
    expect(references.length).toBeGreaterThan(40);
    for (const [, name] of references) expect(document.components.schemas).toHaveProperty(name);
  });

  it('describes the answer and the problem of every operation', () => {
    for (const operation of operations) {
      expect(operation.responses.default.content).toHaveProperty(['application/json', 'schema', '$ref']);
      expect(Object.keys(operation.responses).some((status) => /^2/.test(status))).toBe(true);
    }
  });
});

describe('describeEndpoints', () => {
  it('refuses a route that does not say who may call it', () => {
    @Controller('open')
    class OpenController {
      @Get()
      door() {}
    }
    @Module({ controllers: [OpenController] })
    class OpenModule {}
    expect(() => describeEndpoints([OpenModule])).toThrow('OpenController.door has no @Endpoint');
  });

  it('refuses two routes alike', () => {
    @Controller('twice')
    class TwiceController {
      @Get()
      @Endpoint({ summary: 'a', access: 'viewer' })
      first() {}
      @Get()
      @Endpoint({ summary: 'b', access: 'viewer' })
      second() {}
    }
    @Module({ controllers: [TwiceController] })
    class TwiceModule {}
    expect(() => describeEndpoints([TwiceModule])).toThrow('two handlers serve GET /twice');
  });
});
