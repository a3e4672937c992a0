import type { AuthProvider } from 'react-admin';
import { session, type SessionView } from '@ratchet/contracts';
import { client, showingProblems } from '../api/client';
import { mayDo } from './permissions';

let current: Promise<SessionView> | null = null;

/** Asked once and kept until sign-out or a refused call; the cookie itself is out of reach of scripts. */
function whoAmI(): Promise<SessionView> {
  current ??= client.call('GET', '/api/session', session).catch((error) => {
    current = null;
    throw error;
  });
  return current;
}

export const authProvider: AuthProvider = {
  async login({ email, password }: { email: string; password: string }) {
    current = null;
    await showingProblems(client.call('POST', '/api/session', session, { email, password }));
  },
  async logout() {
    current = null;
    await client.send('DELETE', '/api/session').catch(() => undefined); // an expired session is signed out already
  },
  async checkAuth() {
    const { expiresAt } = await whoAmI();
    if (Date.parse(expiresAt) > Date.now()) return;
    current = null;
    throw new Error('Your session has expired. Sign in again.');
  },
  async checkError(error: { status?: number }) {
    if (error?.status !== 401) return;
    current = null;
    throw new Error('Your session has expired. Sign in again.');
  },
  async getIdentity() {
    const { userId, name, email } = await whoAmI();
    return { id: userId, fullName: name || email };
  },
  getPermissions: async () => (await whoAmI()).role,
  canAccess: async ({ action, resource }) => mayDo((await whoAmI()).role, action, resource),
};
