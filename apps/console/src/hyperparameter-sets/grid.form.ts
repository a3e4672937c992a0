import { hyperparameterFields, maxGridSize } from '@ratchet/contracts';
import {
  defaultHyperparameters,
  gridSize,
  type HyperparameterGrid,
  type HyperparameterName,
  type Hyperparameters,
} from '@ratchet/domain';
import type { z } from 'zod';

/** As typed: numbers as text, "0.1, 0.01" for several; choices and flags as lists. Empty means the default. */
export type GridForm = Partial<Record<HyperparameterName, string | readonly (string | boolean)[]>>;

const isEmpty = (entry: GridForm[HyperparameterName]): boolean =>
  entry === undefined || entry === null || (typeof entry === 'string' ? !entry.trim() : entry.length === 0);

const valuesOf = (entry: string | readonly (string | boolean)[]): unknown[] =>
  typeof entry !== 'string'
    ? [...entry]
    : entry
        .split(/[\s,;]+/)
        .filter(Boolean)
        .map((text) => (Number.isNaN(Number(text)) ? text : Number(text)));

/** What is wrong with one entry, or undefined. Ranges are the contract's. */
export function problemOf(name: HyperparameterName, entry: GridForm[HyperparameterName]): string | undefined {
  if (isEmpty(entry)) return undefined;
  for (const value of valuesOf(entry as string)) {
    const checked = hyperparameterFields[name].safeParse(value, { error: refusalOf });
    if (!checked.success) return `${String(value)}: ${checked.error.issues[0].message}`;
  }
  return undefined;
}

/** Undefined where the library's own words do. */
function refusalOf(issue: z.core.$ZodRawIssue): string | undefined {
  const { code, inclusive } = issue;
  if (code === 'invalid_type') return issue.expected === 'int' ? 'must be a whole number' : 'must be a number';
  if (code === 'too_small') return `must be ${inclusive ? 'at least' : 'more than'} ${issue.minimum}`;
  if (code === 'too_big') return `must be ${inclusive ? 'at most' : 'less than'} ${issue.maximum}`;
  return undefined;
}

/** The grid a form stands for: single values plain, several as lists, empty ones left out. */
export function gridOf(form: GridForm): HyperparameterGrid {
  const entries = Object.entries(form)
    .filter(([, entry]) => !isEmpty(entry))
    .map(([name, entry]) => {
      const values = valuesOf(entry as string);
      return [name, values.length === 1 ? values[0] : values];
    });
  return Object.fromEntries(entries) as HyperparameterGrid;
}

/** How many trials the form stands for per dataset and network, and whether that is allowed. */
export function combinationsOf(form: GridForm): { count: number; allowed: boolean } {
  const count = gridSize(gridOf(form));
  return { count, allowed: count <= maxGridSize };
}

/** What a trial's settings change of the defaults, as `adam · learningRate 0.01 · batchSize 64`; optimizer and rate always. */
export function settingsOf(h: Hyperparameters): string {
  const names = Object.keys(defaultHyperparameters) as HyperparameterName[];
  const told = names.filter(
    (name) => h[name] !== defaultHyperparameters[name] || name === 'learningRate' || name === 'optimizer',
  );
  return told
    .map((name) => (name === 'optimizer' ? h.optimizer : h[name] === true ? name : `${name} ${String(h[name])}`))
    .join(' · ');
}
