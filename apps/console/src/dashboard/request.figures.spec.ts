import { answerRate, requestCounts } from './request.figures';

const text = `# TYPE ratchet_gateway_requests_total counter
ratchet_gateway_requests_total{status="200",retried="false"} 1200
ratchet_gateway_requests_total{status="200",retried="true"} 3
ratchet_gateway_requests_total{status="422",retried="false"} 7
ratchet_gateway_requests_total{status="503",retried="true"} 2
ratchet_http_request_duration_seconds_count{status="200"} 999
`;

it('adds what the gateway answered and failed, refusals aside', () => {
  expect(requestCounts(text)).toEqual({ answered: 1203, failed: 2, rescued: 3 });
  expect(requestCounts('')).toEqual({ answered: 0, failed: 0, rescued: 0 });
});

it('gives a rate between samples and none across a restart', () => {
  const sample = (at: number, answered: number) => ({ at, answered, failed: 0, rescued: 0 });
  expect(answerRate(sample(1000, 100), sample(3000, 150))).toBe(25);
  expect(answerRate(null, sample(3000, 150))).toBeNull();
  expect(answerRate(sample(1000, 100), sample(3000, 5))).toBeNull();
});
