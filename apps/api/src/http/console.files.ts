import { existsSync } from 'node:fs';
import path from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';

/** Where the console is built to, beside this application. */
const directory = path.join(__dirname, '../../../console');
const ours = /^\/(api|internal|v2|healthz|readyz|metrics)(\/|$)/;

/** Serves the built console; every page that is not the API's is the console's own to route. */
export function serveConsole(app: NestExpressApplication): void {
  const index = path.join(directory, 'index.html');
  if (!existsSync(index)) return;
  app.useStaticAssets(directory, {
    index: false,
    setHeaders: (response: Response, file: string) =>
      response.setHeader(
        'Cache-Control',
        file.includes(`${path.sep}assets${path.sep}`) ? 'public, max-age=31536000, immutable' : 'no-cache',
      ),
  });
  app.use((request: Request, response: Response, next: NextFunction) => {
    const wantsPage = ['GET', 'HEAD'].includes(request.method) && request.accepts(['json', 'html']) === 'html';
    if (!wantsPage || ours.test(request.path) || path.extname(request.path)) return next();
    response.setHeader('Cache-Control', 'no-cache');
    response.sendFile(index);
  });
}
