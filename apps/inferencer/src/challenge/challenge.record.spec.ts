import { challengeReport } from '@ratchet/contracts';
import { latencyQuantile } from '@ratchet/domain';
import { ChallengeRecord } from './challenge.record';

it('counts who called what, image by image', () => {
  const record = new ChallengeRecord();
  const champion = Float32Array.of(0.9, 0.1, 0, 0.2, 0.7, 0.1, 0.1, 0.2, 0.7);
  const challenger = Float32Array.of(0.8, 0.1, 0.1, 0.6, 0.3, 0.1, 0.5, 0.2, 0.3);
  record.compare(champion, challenger, 3, 3);
  record.compare(champion.subarray(3, 6), challenger.subarray(3, 6), 1, 3);
  expect(record.figures()).toMatchObject({
    compared: 4,
    agreed: 1,
    disagreements: [
      [1, 0, 2],
      [2, 0, 1],
    ],
  });
});

it('counts answers, failures and time for each side, in the shape that reports have', () => {
  const record = new ChallengeRecord();
  for (let i = 0; i < 100; i++) record.champion.answered(2);
  record.challenger.answered(40);
  record.challenger.failed++;
  record.dropped++;
  const figures = record.figures();
  expect(figures).toMatchObject({ champion: { requests: 100 }, challenger: { requests: 1, failed: 1 }, dropped: 1 });
  expect(latencyQuantile(figures.champion.latency, 0.99)).toBeCloseTo(2, 0);
  const report = { id: '01890000-0000-7000-8000-000000000000', figures };
  expect(challengeReport.parse(report)).toEqual(report);
});
