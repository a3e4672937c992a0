import { closedLoop, type RequestSpec } from './closed.loop';

export interface LoadOrder {
  readonly spec: RequestSpec;
  readonly connections: number;
  readonly seconds: number;
}

// Entry of the load generator: a process of its own, so that it shares no event loop with what orchestrates.
process.on('message', ({ spec, connections, seconds }: LoadOrder) => {
  void closedLoop(spec, connections, seconds).then((figures) => process.send!(figures));
});
