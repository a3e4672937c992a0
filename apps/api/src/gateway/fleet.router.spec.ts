import { pick } from './fleet.router';

const members = [3, 0, 1, 0].map((outstanding, id) => ({ id, outstanding }));
const turns = (balance: 'round-robin' | 'least-outstanding') =>
  [0, 1, 2, 3, 4].map((turn) => pick(members, balance, turn)!.id);

describe('pick', () => {
  it('goes round', () => expect(turns('round-robin')).toEqual([0, 1, 2, 3, 0]));
  it('goes round among those with the least in hand', () =>
    expect(turns('least-outstanding')).toEqual([1, 3, 1, 3, 1]));
  it('finds nobody among none', () => expect(pick([], 'round-robin', 7)).toBeNull());
});
