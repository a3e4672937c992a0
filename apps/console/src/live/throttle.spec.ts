import { throttle } from './throttle';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

it('runs at once, then at most once per interval, and never loses the last call', () => {
  const action = jest.fn();
  const call = throttle(action, 1000);
  call();
  call();
  call();
  expect(action).toHaveBeenCalledTimes(1);
  jest.advanceTimersByTime(1000);
  expect(action).toHaveBeenCalledTimes(2);
  jest.advanceTimersByTime(5000);
  expect(action).toHaveBeenCalledTimes(2);
  call();
  expect(action).toHaveBeenCalledTimes(3);
});

it('does nothing after it was cancelled', () => {
  const action = jest.fn();
  const call = throttle(action, 1000);
  call();
  call();
  call.cancel();
  jest.runAllTimers();
  expect(action).toHaveBeenCalledTimes(1);
});
