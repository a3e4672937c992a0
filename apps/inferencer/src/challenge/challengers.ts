import type { ChallengeFigures, ChallengeTerms, DesiredChallenger, DesiredDeployment } from '@ratchet/domain';
import type { ModelVersion } from '../serving/model.version';
import type { Seats } from '../serving/served.tasks';
import { ChallengeRecord } from './challenge.record';

interface Terms extends DesiredChallenger {
  /** Digest of the champion it challenges. */
  readonly against: string;
  readonly record: ChallengeRecord;
}

/** A loaded challenger and what it is to do. */
export interface Challenger {
  readonly version: ModelVersion;
  readonly terms: ChallengeTerms;
  readonly record: ChallengeRecord;
  /** Whether this request is one of its share: drawn anew, so that no pattern in the traffic can favour it. */
  drawn(): boolean;
}

/** The order that the challenger of a deployment amounts to. */
export const challengerOrder = (order: DesiredDeployment, challenger: DesiredChallenger): DesiredDeployment => ({
  ...order,
  generation: challenger.generation,
  digest: challenger.digest,
  bytes: challenger.bytes,
  challenger: undefined,
});

/** Who challenges which task's champion, on which terms, and what came of it here. */
export class Challengers implements Seats {
  private readonly versions = new Map<string, ModelVersion>();
  private readonly terms = new Map<string, Terms>();

  /** @param random as `Math.random` */
  constructor(private readonly random: () => number = Math.random) {}

  /** The terms of the newest orders, in force at once; a challenge that goes on goes on counting. */
  agree(orders: readonly DesiredDeployment[]): void {
    const before = new Map(this.terms);
    this.terms.clear();
    for (const { task, digest, challenger } of orders) {
      if (!challenger) continue;
      const known = before.get(task);
      const record = known?.challengeId === challenger.challengeId ? known.record : new ChallengeRecord();
      this.terms.set(task, { ...challenger, against: digest, record });
      this.rank(this.versions.get(task));
    }
  }

  /** Whoever challenges this very champion: null while it loads, or while another champion still serves. */
  of(champion: ModelVersion): Challenger | null {
    const terms = this.terms.get(champion.task);
    if (!terms || terms.against !== champion.digest) return null;
    const version = this.versions.get(champion.task);
    if (version?.digest !== terms.digest) return null;
    return { version, terms, record: terms.record, drawn: () => this.random() * 100 < terms.percent };
  }

  termsOf(task: string): ChallengeTerms | undefined {
    return this.terms.get(task);
  }

  report(): { id: string; figures: ChallengeFigures }[] {
    return [...this.terms.values()].map(({ challengeId: id, record }) => ({ id, figures: record.figures() }));
  }

  /** Every challenge under way, for the metrics. */
  all(): { readonly task: string; readonly terms: DesiredChallenger; readonly record: ChallengeRecord }[] {
    return [...this.terms].map(([task, terms]) => ({ task, terms, record: terms.record }));
  }

  current(task: string): ModelVersion | undefined {
    return this.versions.get(task);
  }

  publish(version: ModelVersion): ModelVersion | undefined {
    const old = this.versions.get(version.task);
    this.versions.set(version.task, version);
    this.rank(version);
    return old;
  }

  withdraw(task: string): ModelVersion | undefined {
    const old = this.versions.get(task);
    this.versions.delete(task);
    return old;
  }

  /** A shadow only gets time that nobody else wants. */
  private rank(version: ModelVersion | undefined): void {
    if (version) version.background = this.terms.get(version.task)?.mode === 'shadow';
  }
}
