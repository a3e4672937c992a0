import { id, type TrialView } from '@ratchet/contracts';
import { defaultHyperparameters, type HyperparameterName } from '@ratchet/domain';
import { counted, formatValue } from '../fields/format';

export const fewestCompared = 2;
/** As many as colours are told apart and columns are read together. */
export const mostCompared = 8;

export const comparisonPath = (ids: readonly unknown[]): string => `/trials/compare?ids=${ids.join(',')}`;

/** The ids of a comparison's address, each once, in its order. */
export function idsOf(search: string): string[] {
  const named = (new URLSearchParams(search).get('ids') ?? '').split(',').map((part) => part.trim().toLowerCase());
  return [...new Set(named.filter(Boolean))];
}

/** Whether a text can be a trial's id at all; another is not worth asking for. */
export const isId = (text: string): boolean => id.safeParse(text).success;

/** Why so many trials cannot be compared, and what to do; null if they can. */
export function problemOfCount(count: number): string | null {
  if (count < fewestCompared)
    return `A comparison takes ${fewestCompared} to ${mostCompared} trials and ${count === 0 ? 'none' : count} is chosen: tick more.`;
  if (count > mostCompared)
    return `A comparison takes ${fewestCompared} to ${mostCompared} trials and ${count} are chosen: leave out ${counted(count - mostCompared, 'trial')}.`;
  return null;
}

type Compared = Pick<TrialView, 'id' | 'hyperparameters' | 'bestValidationAccuracy'>;

export interface SettingRow {
  readonly name: HyperparameterName;
  /** As people write them, in the order of the trials. */
  readonly values: readonly string[];
  readonly differs: boolean;
}

/** Every hyperparameter with its value in each trial, in the order of the form. */
export function settingRows(trials: readonly Pick<Compared, 'hyperparameters'>[]): SettingRow[] {
  return (Object.keys(defaultHyperparameters) as HyperparameterName[]).map((name) => {
    const values = trials.map((trial) => formatValue(trial.hyperparameters[name]));
    return { name, values, differs: new Set(values).size > 1 };
  });
}

/** What sets each trial's settings apart from the others', as `learningRate 0.01 · epochs 5`; empty where they are the same. */
export function differencesOf(trials: readonly Pick<Compared, 'hyperparameters'>[]): string[] {
  const rows = settingRows(trials).filter((row) => row.differs);
  return trials.map((_, t) => rows.map(({ name, values }) => `${name} ${values[t]}`).join(' · '));
}

/** The trials with the highest validation accuracy: several if they are equal, none before anything is measured. */
export function bestOf(trials: readonly Compared[]): ReadonlySet<string> {
  const measured = trials.filter((trial) => trial.bestValidationAccuracy !== null);
  const best = Math.max(...measured.map((trial) => trial.bestValidationAccuracy as number));
  return new Set(measured.filter((trial) => trial.bestValidationAccuracy === best).map((trial) => trial.id));
}
