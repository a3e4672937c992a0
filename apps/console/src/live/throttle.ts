/** Runs `action` at once, then at most every `ms`, the last call never lost. */
export function throttle(action: () => void, ms: number): (() => void) & { cancel(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pending = false;
  const run = () => {
    pending = false;
    action();
    timer = setTimeout(() => {
      timer = undefined;
      if (pending) run();
    }, ms);
  };
  const call = () => {
    if (timer === undefined) run();
    else pending = true;
  };
  return Object.assign(call, {
    cancel: () => {
      clearTimeout(timer);
      timer = undefined;
      pending = false;
    },
  });
}
