import { Refusal } from './refusal';

export type ModelAction = 'metadata' | 'ready' | 'infer' | 'classify';
export type Route =
  | { readonly name: 'server' | 'live' | 'ready' | 'metrics' | 'index' | 'order' }
  | { readonly name: 'model'; readonly action: ModelAction; readonly task: string; readonly version: string | null };

const fixed = new Map<string, Route>([
  ['/v2', { name: 'server' }],
  ['/v2/', { name: 'server' }],
  ['/v2/health/live', { name: 'live' }],
  ['/v2/health/ready', { name: 'ready' }],
  ['/metrics', { name: 'metrics' }],
  ['/v2/repository/index', { name: 'index' }],
]);
const order = /^\/v2\/repository\/models\/[^/?]{1,200}\/(?:load|unload)\/?$/;
const writes: ReadonlySet<ModelAction> = new Set(['infer', 'classify']);
const model = /^\/v2\/models\/([^/?]{1,200})(?:\/versions\/([^/?]{1,200}))?(?:\/(ready|infer|classify))?\/?$/;

/** What a method and a target ask for. @throws Refusal 404, 405 */
export function routeOf(method: string, target: string): Route {
  const query = target.indexOf('?');
  const path = query === -1 ? target : target.slice(0, query);
  const found = fixed.get(path) ?? modelRoute(path) ?? (order.test(path) ? ({ name: 'order' } as const) : null);
  if (!found) throw new Refusal(404, 'not_found', `There is nothing at ${path.slice(0, 200)}.`);
  const post = found.name === 'model' ? writes.has(found.action) : found.name === 'index' || found.name === 'order';
  if (post ? method !== 'POST' : method !== 'GET' && method !== 'HEAD')
    throw new Refusal(405, 'method', `Use ${post ? 'POST' : 'GET'} for ${path.slice(0, 200)}.`);
  return found;
}

function modelRoute(path: string): Route | null {
  const match = model.exec(path);
  if (!match) return null;
  const [, task, version, action] = match;
  return { name: 'model', action: (action ?? 'metadata') as ModelAction, task, version: version ?? null };
}
