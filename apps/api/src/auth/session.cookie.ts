import type { Request, Response } from 'express';

const name = 'ratchet_session';
const pattern = new RegExp(`(?:^|;\\s*)${name}=([\\w-]{20,100})(?:;|$)`);

export const sessionToken = (request: Request): string | null =>
  pattern.exec(request.headers.cookie ?? '')?.[1] ?? null;

export function setSessionCookie(response: Response, token: string, expires: Date, secure: boolean): void {
  response.cookie(name, token, { httpOnly: true, sameSite: 'strict', secure, path: '/', expires });
}

export function clearSessionCookie(response: Response, secure: boolean): void {
  response.clearCookie(name, { httpOnly: true, sameSite: 'strict', secure, path: '/' });
}
