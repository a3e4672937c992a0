const path = require('node:path');

const root = __dirname;
const swcrc = JSON.parse(require('node:fs').readFileSync(path.join(root, '.swcrc'), 'utf8'));
const { exclude: _specsAreNotBuilt, jsc, ...swc } = swcrc;
const { paths: _aliases, baseUrl: _base, ...compiler } = jsc; // jest's moduleNameMapper resolves the aliases

/** The one jest configuration; each project calls it with its own folder. */
module.exports = (rootDir) => ({
  rootDir,
  testEnvironment: path.join(root, 'jest.environment.js'),
  testMatch: ['<rootDir>/**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: [path.join(root, 'dist')],
  transform: { '^.+\\.ts$': ['@swc/jest', { ...swc, jsc: compiler, swcrc: false }] },
  moduleNameMapper: {
    '^@ratchet/migrations$': path.join(root, 'migrations/index.ts'),
    '^@ratchet/(.*)$': path.join(root, 'libs/$1/src/index.ts'),
  },
  testTimeout: 30_000,
  maxWorkers: 2,
  // Bull leaves a timer behind when a consumer is closed while Redis is away; it must not hang the whole run.
  forceExit: true,
  passWithNoTests: true,
  reporters: [
    'default',
    [path.join(root, 'scripts/jest.results.cjs'), { directory: path.join(root, 'dist/test-results') }],
  ],
});
