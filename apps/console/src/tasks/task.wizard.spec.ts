import { slug, taskCreate } from '@ratchet/contracts';
import { firstStepWithError, steps, suggestInput, suggestName } from './task.wizard';

it.each([
  ['Magnetic tiles (line 2)', 'magnetic-tiles-line-2'],
  ['  Prüfung Nähte ', 'prufung-nahte'],
  ['x'.repeat(80), 'x'.repeat(63)],
])('suggests a name for %p', (title, name) => {
  expect(suggestName(title)).toBe(name);
  expect(slug.safeParse(name).success).toBe(true);
});

it('every field of a task is in exactly one step', () => {
  expect(steps.flatMap((step) => [...step.fields]).sort()).toEqual(Object.keys(taskCreate.shape).sort());
});

it('leads back to the first step with an error', () => {
  expect(firstStepWithError({})).toBeNull();
  expect(firstStepWithError({ policy: {} })).toBe(2);
  expect(firstStepWithError({ policy: {}, name: {} })).toBe(0);
});

it('suggests a side near the images’ own, 128 at most', () => {
  expect(suggestInput([{ width: 28, height: 28 }])).toEqual({ width: 28, height: 28, channels: 1 });
  expect(suggestInput([{ width: 300, height: 250 }]).width).toBe(128);
  expect(suggestInput([]).width).toBe(28);
});
