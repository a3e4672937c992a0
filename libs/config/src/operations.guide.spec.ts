import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const guide = readFileSync(join(__dirname, '../../../docs/operations.md'), 'utf8');
const code = readFileSync(join(__dirname, 'config.groups.ts'), 'utf8');
const settings = (text: string): string[] =>
  [...new Set(text.match(/\b(RATCHET_[A-Z_]+|S3_[A-Z_]+|OTEL_[A-Z_]+|DATABASE_URL|REDIS_URL)\b/g))].sort();

it('documents every setting, and none that is not there', () => {
  expect(settings(guide)).toEqual(settings(code));
});
