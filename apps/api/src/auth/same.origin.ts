import { Forbidden } from '@ratchet/domain';
import type { Request } from 'express';

/** What an HTML form of another site can send without asking the browser first. */
const simpleTypes = ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain'];

/**
 * Refuses writes that another site may have made with the visitor's cookie. SameSite=Strict keeps the cookie back
 * already; this stands where a sibling subdomain counts as the same site.
 * @throws Forbidden
 */
export function assertSameOrigin(request: Request): void {
  if (['GET', 'HEAD', 'OPTIONS'].includes(request.method)) return;
  const { origin } = request.headers;
  if (origin && (!URL.canParse(origin) || new URL(origin).host !== request.headers.host))
    throw new Forbidden(`A page of ${origin} may not do this with your session.`, { origin });
  const type = request.headers['content-type']?.split(';')[0].trim().toLowerCase();
  if (type && simpleTypes.includes(type) && !origin)
    throw new Forbidden(`Send ${type} with an API key, or JSON with your session.`, { contentType: type });
}
