import { hashPassword, passwordMatches } from './password';
import { newPassword, sameSecret } from './secrets';

describe('passwords', () => {
  it('match their own hash and no other, whichever way accents are typed', async () => {
    const hash = await hashPassword('Caf\u00e9 au lait');
    expect(hash).toMatch(/^scrypt\$32768\$8\$1\$/);
    expect(await passwordMatches('Cafe\u0301 au lait', hash)).toBe(true);
    expect(await passwordMatches('cafe au lait', hash)).toBe(false);
  });

  it('have a salt of their own', async () => {
    const [a, b] = await Promise.all([hashPassword('the same one'), hashPassword('the same one')]);
    expect(a).not.toBe(b);
  });

  it('are generated so that a person can type them', () => {
    expect(newPassword()).toMatch(/^([a-km-np-z2-9]{4}-){4}[a-km-np-z2-9]{4}$/);
    expect(new Set(Array.from({ length: 100 }, newPassword)).size).toBe(100);
  });
});

describe('sameSecret', () => {
  it('compares secrets of any length', () => {
    expect(sameSecret('abc', 'abc')).toBe(true);
    expect(sameSecret('abc', 'abcd')).toBe(false);
  });
});
