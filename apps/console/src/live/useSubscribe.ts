import { useEffect, useEffectEvent } from 'react';
import { useDataProvider } from 'react-admin';
import { useQueryClient } from '@tanstack/react-query';
import { throttle } from './throttle';
import type { TopicListener } from './live.connection';

/** Calls `listener` once for every event of the topics while the component is mounted. No topic, no subscription. */
export function useSubscribe(topics: readonly string[], listener: TopicListener): void {
  const dataProvider = useDataProvider();
  const latest = useEffectEvent(listener);
  const wanted = topics.join(',');
  useEffect(() => {
    if (!wanted) return;
    const each = wanted.split(',');
    const stable: TopicListener = (message) => latest(message);
    for (const topic of each) void dataProvider.subscribe(topic, stable);
    return () => each.forEach((topic) => void dataProvider.unsubscribe(topic, stable));
  }, [dataProvider, wanted]);
}

/** Asks again for what is on screen of `resources` when something happens on `topic`, once a second at most. */
export function useLiveRefresh(topic: string | null, resources: readonly string[]): void {
  const dataProvider = useDataProvider();
  const queries = useQueryClient();
  const wanted = resources.join(',');
  useEffect(() => {
    if (!topic) return;
    const refresh = throttle(() => {
      for (const resource of wanted.split(',')) void queries.invalidateQueries({ queryKey: [resource] });
    }, 1000);
    const listener: TopicListener = (message) => {
      if (message.type !== 'metrics') refresh();
    };
    void dataProvider.subscribe(topic, listener);
    return () => {
      refresh.cancel();
      void dataProvider.unsubscribe(topic, listener);
    };
  }, [dataProvider, queries, topic, wanted]);
}
