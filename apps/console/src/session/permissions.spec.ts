import { mayDo } from './permissions';

it.each([
  ['viewer', 'list', 'trials', true],
  ['viewer', 'create', 'tasks', false],
  ['operator', 'edit', 'tasks', false],
  ['engineer', 'create', 'experiments', true],
  ['engineer', 'list', 'audit-events', false],
  ['admin', 'create', 'users', true],
  ['engineer', 'edit', 'repository', false],
  ['admin', 'edit', 'repository', true],
] as const)('%s, %s %s: %s', (role, action, resource, may) => {
  expect(mayDo(role, action, resource)).toBe(may);
});
