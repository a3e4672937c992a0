/** Runs `flush` once in the next animation frame however often it is asked to. */
export function oncePerFrame(flush: () => void): (() => void) & { cancel(): void } {
  let frame = 0;
  const ask = () => {
    if (frame === 0)
      frame = requestAnimationFrame(() => {
        frame = 0;
        flush();
      });
  };
  return Object.assign(ask, {
    cancel: () => {
      cancelAnimationFrame(frame);
      frame = 0;
    },
  });
}
