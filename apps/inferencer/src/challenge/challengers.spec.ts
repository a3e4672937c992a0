import type { DesiredDeployment } from '@ratchet/domain';
import { ModelVersion } from '../serving/model.version';
import { challengerOrder, Challengers } from './challengers';

const [championDigest, rivalDigest] = ['a', 'b'].map((digit) => digit.repeat(64));
const challenge = {
  challengeId: 'first',
  generation: 2,
  digest: rivalDigest,
  bytes: 2,
  mode: 'canary',
  percent: 25,
} as const;
const order: DesiredDeployment = {
  taskId: 'id',
  task: 'digits',
  generation: 1,
  digest: championDigest,
  bytes: 1,
  classes: ['a', 'b'],
  input: { height: 1, width: 1, channels: 1 },
};
const champion = new ModelVersion(1, order, 0);
const rival = () => new ModelVersion(2, challengerOrder(order, challenge), 0);

const setUp = (change: Partial<NonNullable<DesiredDeployment['challenger']>> = {}, random = Math.random) => {
  const challengers = new Challengers(random);
  challengers.agree([{ ...order, challenger: { ...challenge, ...change } }]);
  return challengers;
};

describe('Challengers', () => {
  it('know nobody until the challenger is loaded, and under its own digest and generation', () => {
    const challengers = setUp();
    expect(challengers.of(champion)).toBeNull();
    challengers.publish(rival());
    expect(challengers.of(champion)?.version).toMatchObject({ digest: rivalDigest, generation: 2, task: 'digits' });
    expect(challengers.of(new ModelVersion(3, { ...order, task: 'wafers' }, 0))).toBeNull();
  });

  it('compare with the champion that was meant, and with no other', () => {
    const challengers = setUp();
    challengers.publish(rival());
    expect(challengers.of(new ModelVersion(4, { ...order, digest: 'c'.repeat(64) }, 0))).toBeNull();
    challengers.agree([{ ...order, challenger: { ...challenge, digest: 'c'.repeat(64) } }]);
    expect(challengers.of(champion)).toBeNull(); // the new one loads, the old one is not it
  });

  it.each([0, 12.5, 100])('draw %d %% of the requests', (percent) => {
    let draws = 0;
    const challengers = setUp({ percent }, () => (draws++ % 1000) / 1000);
    challengers.publish(rival());
    const drawn = Array.from({ length: 1000 }, () => challengers.of(champion)!.drawn());
    expect(drawn.filter(Boolean)).toHaveLength(percent * 10);
  });

  it('go on counting under other terms, begin anew in another challenge, and forget one that is over', () => {
    const challengers = setUp();
    challengers.publish(rival());
    challengers.of(champion)!.record.dropped++;
    challengers.agree([{ ...order, challenger: { ...challenge, percent: 50 } }]);
    expect(challengers.report()).toMatchObject([{ id: 'first', figures: { dropped: 1 } }]);
    expect(challengers.of(champion)!.terms.percent).toBe(50);
    challengers.agree([{ ...order, challenger: { ...challenge, challengeId: 'second' } }]);
    expect(challengers.report()).toMatchObject([{ id: 'second', figures: { dropped: 0 } }]);
    challengers.agree([order]);
    expect(challengers.report()).toEqual([]);
    expect(challengers.of(champion)).toBeNull();
  });

  it('give a shadow the time that nobody else wants, and a canary its turn', () => {
    const challengers = setUp({ mode: 'shadow' });
    const version = rival();
    challengers.publish(version);
    expect(version.background).toBe(true);
    challengers.agree([{ ...order, challenger: challenge }]);
    expect(version.background).toBe(false);
  });
});
