/**
 * Runs `work` over `items`, at most `width` at a time, and yields the results in the items' order. Takes an item only
 * when there is room, so a slow consumer holds back a fast source. At the first failure, or when the consumer stops,
 * no further item is taken and what is in flight is awaited.
 */
export async function* mapInOrder<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  width: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R, void, undefined> {
  const inFlight: Promise<R>[] = [];
  try {
    for await (const item of items) {
      const result = work(item);
      result.catch(() => undefined); // it is awaited below, perhaps after another has failed
      inFlight.push(result);
      if (inFlight.length >= width) yield await (inFlight.shift() as Promise<R>);
    }
    while (inFlight.length > 0) yield await (inFlight.shift() as Promise<R>);
  } finally {
    await Promise.allSettled(inFlight);
  }
}
