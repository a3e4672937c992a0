export interface RequestCounts {
  /** Since the API process started. */
  readonly answered: number;
  /** Answered with a server's error. Refusals that are the client's fault do not count. */
  readonly failed: number;
  /** Answered by a second inferencer after the first one died. */
  readonly rescued: number;
}

const line = /^ratchet_gateway_requests_total\{([^}]*)\} (\d+(?:\.\d+)?)/gm;

/** Reads the gateway's counters out of the API's Prometheus text. */
export function requestCounts(metrics: string): RequestCounts {
  const counts = { answered: 0, failed: 0, rescued: 0 };
  for (const [, labels, value] of metrics.matchAll(line)) {
    const status = Number(/status="(\d+)"/.exec(labels)?.[1]);
    if (status >= 500) counts.failed += Number(value);
    else if (status < 400) {
      counts.answered += Number(value);
      if (labels.includes('retried="true"')) counts.rescued += Number(value);
    }
  }
  return counts;
}

export interface Sample extends RequestCounts {
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Answers per second between two samples; null where the API was restarted in between or no time passed. */
export function answerRate(before: Sample | null, now: Sample): number | null {
  if (!before || now.at <= before.at || now.answered < before.answered) return null;
  return ((now.answered - before.answered) * 1000) / (now.at - before.at);
}
