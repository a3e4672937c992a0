import { Counter, Gauge, type Registry } from 'prom-client';
import type { Challengers } from '../challenge/challengers';

/** Canaries and shadows, per task and challenger. Series of a challenge end with it. */
export function exposeChallenges(registry: Registry, challengers: Challengers): void {
  const registers = [registry];
  const labelNames = ['task', 'digest', 'mode'];
  const labelsOf = ({ task, terms: { digest, mode } }: ReturnType<Challengers['all']>[number]) => ({
    task,
    digest,
    mode,
  });
  new Gauge({
    name: 'ratchet_challenge_share',
    help: 'Share of a task’s requests that its challenger answers or is shown, 0 to 1',
    labelNames,
    registers,
    collect() {
      this.reset();
      for (const challenge of challengers.all()) this.set(labelsOf(challenge), challenge.terms.percent / 100);
    },
  });
  new Counter({
    name: 'ratchet_challenge_requests_total',
    help: 'Requests while a challenge is on, by who was to answer and what came of it',
    labelNames: [...labelNames, 'side', 'outcome'],
    registers,
    collect() {
      this.reset();
      for (const challenge of challengers.all()) {
        const { record } = challenge;
        for (const side of ['champion', 'challenger'] as const) {
          this.inc({ ...labelsOf(challenge), side, outcome: 'answered' }, record[side].requests);
          this.inc({ ...labelsOf(challenge), side, outcome: 'failed' }, record[side].failed);
        }
        this.inc({ ...labelsOf(challenge), side: 'challenger', outcome: 'dropped' }, record.dropped);
      }
    },
  });
  new Counter({
    name: 'ratchet_challenge_images_total',
    help: 'Images that champion and challenger both classified, by whether they called them the same',
    labelNames: [...labelNames, 'verdict'],
    registers,
    collect() {
      this.reset();
      for (const challenge of challengers.all()) {
        const { compared, agreed } = challenge.record.figures();
        this.inc({ ...labelsOf(challenge), verdict: 'same' }, agreed);
        this.inc({ ...labelsOf(challenge), verdict: 'different' }, compared - agreed);
      }
    },
  });
}
