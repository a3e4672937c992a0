import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { documentText } from './api.document';

/** `npx nx run api:openapi` writes the description of the API to the repository's root. */
const target = path.resolve('openapi.json');
writeFileSync(target, documentText());
process.stdout.write(`${target}\n`);
