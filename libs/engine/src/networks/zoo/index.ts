import { InvalidInput } from '@ratchet/domain';
import { lenet5 } from './lenet5';
import { mlp } from './mlp';
import { mobile } from './mobile';
import { resnet } from './resnet';
import { smallCnn } from './small.cnn';
import type { ZooEntry } from './zoo.entry';

export type { ZooArgument } from './zoo.entry';

const entries: readonly ZooEntry[] = [mlp, lenet5, smallCnn, resnet, mobile];

/** The ready-made architectures, as a registration form shows them. */
export const zooEntries = (): readonly Omit<ZooEntry, 'build'>[] => entries.map(({ build: _build, ...entry }) => entry);

/** The entry called `name` and its arguments with defaults filled in. Throws InvalidInput. */
export function zooEntry(
  name: string,
  given: Readonly<Record<string, unknown>>,
): { entry: ZooEntry; args: Record<string, number> } {
  const entry = entries.find((candidate) => candidate.name === name);
  if (!entry)
    throw new InvalidInput(
      'name',
      `there is no '${name}' in the zoo; choose one of ${entries.map((e) => e.name).join(', ')}`,
      { value: name },
    );
  const known = new Set(entry.args.map((argument) => argument.name));
  for (const key of Object.keys(given))
    if (!known.has(key))
      throw new InvalidInput(
        `args.${key}`,
        `'${name}' has no such argument; it has ${[...known].join(', ') || 'none'}`,
      );
  const args = entry.args.map((argument) => {
    const value = given[argument.name] ?? argument.default;
    const { min = -Infinity, max = Infinity } = argument;
    if (typeof value !== 'number' || !(value >= min && value <= max))
      throw new InvalidInput(`args.${argument.name}`, `must be a number from ${min} to ${max}`, { value, min, max });
    if (Number.isInteger(argument.default) && argument.default !== 0 && !Number.isInteger(value))
      throw new InvalidInput(`args.${argument.name}`, 'must be a whole number', { value });
    return [argument.name, value];
  });
  return { entry, args: Object.fromEntries(args) as Record<string, number> };
}
