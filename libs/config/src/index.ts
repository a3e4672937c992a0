import { type Config, type ConfigGroup, configGroups } from './config.groups';
import { type Environment, EnvironmentReader } from './environment.reader';

export type { Config, ConfigGroup, ObjectStoreConfig } from './config.groups';
export { InvalidEnvironment, type Environment, type EnvironmentProblem } from './environment.reader';

/**
 * Reads the named groups from the environment into one frozen object.
 * @throws InvalidEnvironment naming every missing or malformed variable of those groups at once
 */
export function loadConfig<G extends ConfigGroup>(
  groups: readonly G[],
  environment: Environment = process.env,
): Pick<Config, G> {
  const reader = new EnvironmentReader(environment);
  const config = Object.fromEntries(groups.map((group) => [group, Object.freeze(configGroups[group](reader))]));
  reader.finish();
  return Object.freeze(config) as Pick<Config, G>;
}

/**
 * Whether what is set can be used by the processes that read these groups; what they need besides, they are told later.
 * @throws InvalidEnvironment naming every malformed variable at once
 */
export function assertUsable(groups: readonly ConfigGroup[], environment: Environment = process.env): void {
  const reader = new EnvironmentReader(environment, true);
  for (const group of groups) configGroups[group](reader);
  reader.finish();
}

/** The environment of a child process: this one's, with `overrides` laid over it; `undefined` unsets a variable. */
export function childEnvironment(overrides: Environment): NodeJS.ProcessEnv {
  return { ...process.env, ...overrides };
}
