import { LiveConnection, type LiveMessage } from './live.connection';

/** The browser's EventSource as far as the connection uses it: opened and fed by the test. */
class Stream {
  readyState = 0;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;

  constructor(readonly url: string) {}

  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }
  say(message: LiveMessage): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
  close(): void {
    this.readyState = 2;
  }
}

function setUp() {
  const streams: Stream[] = [];
  const connection = new LiveConnection((url) => {
    const stream = new Stream(url);
    streams.push(stream);
    return stream as unknown as EventSource;
  });
  return { connection, streams };
}
const changed: LiveMessage = { type: 'changed', resource: 'tasks', id: '1' };

describe('LiveConnection', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('asks for the union of all topics once', () => {
    const { connection, streams } = setUp();
    connection.subscribe('resource/trials', () => undefined);
    connection.subscribe('resource/tasks', () => undefined);
    connection.subscribe('resource/tasks', () => undefined);
    jest.runAllTimers();
    expect(streams.map((s) => decodeURIComponent(s.url))).toEqual([
      '/api/events?topics=resource/tasks,resource/trials',
    ]);
  });

  it('tells a listener of two matching topics once, and others nothing', () => {
    const { connection, streams } = setUp();
    const both = jest.fn();
    const other = jest.fn();
    connection.subscribe('resource/tasks', both);
    connection.subscribe('resource/tasks/1', both);
    connection.subscribe('resource/trials', other);
    jest.runAllTimers();
    streams[0].open();
    streams[0].say(changed);
    expect(both).toHaveBeenCalledTimes(1);
    expect(other).not.toHaveBeenCalled();
  });

  it('closes the old stream only when its successor is open', () => {
    const { connection, streams } = setUp();
    connection.subscribe('resource/tasks', () => undefined);
    jest.runAllTimers();
    streams[0].open();
    connection.subscribe('resource/trials', () => undefined);
    jest.runAllTimers();
    expect(streams[0].readyState).toBe(1);
    streams[1].open();
    expect(streams[0].readyState).toBe(2);
  });

  it('closes everything when nobody listens', () => {
    const { connection, streams } = setUp();
    const listener = jest.fn();
    connection.subscribe('resource/tasks', listener);
    jest.runAllTimers();
    streams[0].open();
    connection.unsubscribe('resource/tasks', listener);
    jest.runAllTimers();
    expect(streams[0].readyState).toBe(2);
  });

  it('says `resumed` after an interruption, and passes on the API’s own', () => {
    const { connection, streams } = setUp();
    const listener = jest.fn();
    connection.subscribe('resource/tasks', listener);
    jest.runAllTimers();
    streams[0].open();
    streams[0].onerror?.();
    streams[0].open();
    streams[0].say({ type: 'resumed' });
    expect(listener.mock.calls).toEqual([[{ type: 'resumed' }], [{ type: 'resumed' }]]);
  });

  it('opens a refused stream anew after a while', () => {
    const { connection, streams } = setUp();
    connection.subscribe('resource/tasks', () => undefined);
    jest.advanceTimersByTime(60);
    streams[0].close();
    streams[0].onerror?.();
    jest.advanceTimersByTime(4000);
    expect(streams).toHaveLength(2);
  });
});
