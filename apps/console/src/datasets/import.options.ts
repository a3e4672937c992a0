import { defaultShares } from '@ratchet/domain';
import type { ImportOptions } from '@ratchet/contracts';

/** What the upload form holds: text as typed. Shares are percentages. */
export interface ImportForm {
  readonly train: string;
  readonly validation: string;
  readonly gate: string;
  readonly seed: string;
  readonly groupRegex: string;
  readonly groupsCsv: { readonly name: string; readonly text: string } | null;
  readonly exclude: string;
}

const percent = (share: number) => String(Math.round(share * 100));
export const emptyImportForm: ImportForm = {
  train: percent(defaultShares.train),
  validation: percent(defaultShares.validation),
  gate: percent(defaultShares.gate),
  seed: '1',
  groupRegex: '',
  groupsCsv: null,
  exclude: '',
};

/** One message per field that cannot be sent as it is. */
export function problemsOf(form: ImportForm): Partial<Record<keyof ImportForm, string>> {
  const problems: Partial<Record<keyof ImportForm, string>> = {};
  const shares = [form.train, form.validation, form.gate].map(Number);
  if (shares.some((s) => !(s > 0))) problems.train = 'Each split needs a share above 0 %.';
  else if (Math.abs(shares[0] + shares[1] + shares[2] - 100) > 1e-6)
    problems.train = `The shares sum to ${shares[0] + shares[1] + shares[2]} %, not to 100 %.`;
  if (!/^\d+$/.test(form.seed) || Number(form.seed) > 2 ** 31 - 1)
    problems.seed = 'A whole number from 0 to 2,147,483,647.';
  if (form.groupRegex && !isRegex(form.groupRegex)) problems.groupRegex = 'Not a regular expression.';
  return problems;
}

export function optionsOf(form: ImportForm, fileName: string): Partial<ImportOptions> {
  const exclude = form.exclude
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  return {
    fileName: fileName.slice(-255),
    shares: {
      train: Number(form.train) / 100,
      validation: Number(form.validation) / 100,
      gate: Number(form.gate) / 100,
    },
    seed: Number(form.seed),
    ...(form.groupRegex && { groupRegex: form.groupRegex }),
    ...(form.groupsCsv && { groupsCsv: form.groupsCsv.text }),
    ...(exclude.length > 0 && { exclude }),
  };
}

function isRegex(text: string): boolean {
  try {
    new RegExp(text, 'u');
    return true;
  } catch {
    return false;
  }
}
