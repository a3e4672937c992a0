import { topicsOf } from '@ratchet/contracts';
import type { LiveEvent } from '@ratchet/domain';

/** `resumed`: events may have been missed, here or in the API, so what is on screen must be asked for again. */
export type LiveMessage = LiveEvent | { readonly type: 'resumed' };
export type TopicListener = (message: LiveMessage) => void;

const settleMs = 50;

/**
 * One event stream for the whole console, over the union of the subscribed topics. A changed set opens a new
 * stream before the old one closes, so nothing is missed; a listener may therefore see an event twice.
 */
export class LiveConnection {
  private readonly listeners = new Map<string, Set<TopicListener>>();
  private source: EventSource | null = null;
  /** Replaced streams that stay open until their successor is. */
  private readonly retired: EventSource[] = [];
  private opened = '';
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly connect: (url: string) => EventSource) {}

  subscribe(topic: string, listener: TopicListener): void {
    const set = this.listeners.get(topic) ?? new Set();
    this.listeners.set(topic, set.add(listener));
    this.settle();
  }

  unsubscribe(topic: string, listener: TopicListener): void {
    const set = this.listeners.get(topic);
    set?.delete(listener);
    if (set?.size === 0) this.listeners.delete(topic);
    this.settle();
  }

  private settle(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.reopen(), settleMs);
  }

  private reopen(): void {
    const topics = [...this.listeners.keys()].sort().join(',');
    if (topics === this.opened && this.source?.readyState !== 2) return;
    this.opened = topics;
    if (this.source) this.retired.push(this.source);
    this.source = null;
    if (!topics) return this.closeRetired();
    const source = this.connect(`/api/events?topics=${encodeURIComponent(topics)}`);
    let broken = false;
    source.onopen = () => {
      if (source === this.source) this.closeRetired();
      if (broken) this.tellAll({ type: 'resumed' });
      broken = false;
    };
    source.onerror = () => {
      broken = true;
      // A refused stream (an ended session, a restarted API behind a proxy) is not retried by the browser.
      if (source.readyState === 2 && this.source === source)
        this.timer = setTimeout(() => {
          this.opened = '';
          this.reopen();
        }, 3000);
    };
    source.onmessage = ({ data }: MessageEvent<string>) => this.receive(JSON.parse(data) as LiveMessage);
    this.source = source;
  }

  private closeRetired(): void {
    for (const source of this.retired.splice(0)) source.close();
  }

  private receive(event: LiveMessage): void {
    if (event.type === 'resumed') return this.tellAll(event);
    const told = new Set<TopicListener>();
    for (const topic of topicsOf(event)) for (const listener of this.listeners.get(topic) ?? []) told.add(listener);
    for (const listener of told) listener(event);
  }

  private tellAll(message: LiveMessage): void {
    for (const listener of new Set([...this.listeners.values()].flatMap((set) => [...set]))) listener(message);
  }
}

export const live = new LiveConnection((url) => new EventSource(url));
