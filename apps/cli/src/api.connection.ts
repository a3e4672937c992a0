import { loadConfig } from '@ratchet/config';
import { ApiProblem, RatchetClient } from '@ratchet/contracts';
import { NotFound, Unauthenticated } from '@ratchet/domain';
import { readSecrets } from '@ratchet/local-stack';
import { readFleetState } from './supervisor/fleet';

/** A client of the API named by RATCHET_API_URL and RATCHET_API_KEY, or of the one that runs on this checkout's directory. */
export async function connect(): Promise<RatchetClient> {
  const { client, stack } = loadConfig(['client', 'stack']);
  const url = client.apiUrl ?? readFleetState(stack.directory)?.url;
  if (!url)
    throw new NotFound(
      'running Ratchet on',
      stack.directory,
      'Start it with `npm start`, or set RATCHET_API_URL and RATCHET_API_KEY to one that runs elsewhere.',
    );
  if (client.apiKey) return RatchetClient.withApiKey(url, client.apiKey);
  const password = stack.adminPassword ?? readSecrets(stack.directory)?.adminPassword;
  if (!password) throw new Unauthenticated('Set RATCHET_API_KEY to an API key made in the console.');
  return signIn(url, stack.adminEmail, password);
}

/** Whether `error` is what fetch rejects with when there is no answer at all. */
export const isUnanswered = (error: Error): boolean => error instanceof TypeError && error.message === 'fetch failed';

/** Such as "connect ECONNREFUSED 127.0.0.1:7070". */
export const reasonOf = ({ cause }: Error): string => {
  const { message, code } = (cause ?? {}) as { message?: string; code?: string };
  return message?.trim() || code || 'no cause given';
};

/** A client with a session of its own. @throws Unauthenticated with the mend when the password is not the account's */
export async function signIn(url: string, email: string, password: string): Promise<RatchetClient> {
  const response = await new RatchetClient(url, {})
    .send('POST', '/api/session', {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password }),
    })
    .catch((error: unknown) => {
      if (!(error instanceof ApiProblem) || error.status !== 401) throw error;
      throw new Unauthenticated(
        `${email} cannot sign in with the password known here; it may have been changed in the console. ` +
          'Set RATCHET_ADMIN_PASSWORD to the present one, or RATCHET_API_KEY to an API key made there.',
      );
    });
  const cookie = response.headers.getSetCookie().map((line) => line.split(';')[0]);
  // Uploads are forms: the API takes one with a cookie only from a caller that says where it comes from.
  return new RatchetClient(url, { cookie: cookie.join('; '), origin: new URL(url).origin });
}
