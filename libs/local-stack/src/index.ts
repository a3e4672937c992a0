export { type LocalStack, type LocalStackOptions, startLocalStack } from './local.stack';
export { startTestStack, type TestStack } from './test.stack';
export { assertPortFree, freePort } from './ports';
export { readSecrets, type StackSecrets } from './stack.state';
export { startPostgres, type PostgresServer } from './postgres.server';
export { startRedis, type RedisServer } from './redis.server';
