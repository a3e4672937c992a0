import { routeOf } from './route';

describe('routeOf', () => {
  it.each([
    ['GET', '/v2', { name: 'server' }],
    ['HEAD', '/v2/health/live', { name: 'live' }],
    ['GET', '/v2/health/ready?x=1', { name: 'ready' }],
    ['GET', '/v2/models/digits', { action: 'metadata', task: 'digits', version: null }],
    ['GET', '/v2/models/digits/versions/7/ready', { action: 'ready', task: 'digits', version: '7' }],
    ['POST', '/v2/models/digits/infer', { action: 'infer', task: 'digits', version: null }],
    ['POST', '/v2/models/digits/versions/7/classify', { action: 'classify', version: '7' }],
  ])('%s %s', (method, target, route) => {
    expect(routeOf(method, target)).toMatchObject(route);
  });

  it.each([
    ['GET', '/', 404],
    ['GET', '/v2/models/', 404],
    ['GET', '/v2/models/a/b/c', 404],
    ['GET', '__proto__', 404],
    ['POST', '/v2/health/live', 405],
    ['GET', '/v2/models/digits/infer', 405],
    ['DELETE', '/v2/models/digits', 405],
  ])('%s %s is refused with %d', (method, target, status) => {
    expect(() => routeOf(method, target)).toThrow(expect.objectContaining({ status }));
  });
});
