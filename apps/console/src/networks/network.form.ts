import type { NetworkVersionView, ZooEntryView } from '@ratchet/contracts';
import type { ImageShape } from '@ratchet/domain';

/** What the form holds, under the API's own field names; of a Keras document the text as pasted. */
export interface NetworkForm {
  readonly name: string;
  readonly description: string;
  readonly spec: {
    readonly kind: 'zoo' | 'keras';
    readonly name?: string;
    readonly args?: Readonly<Record<string, number | boolean | string | null>>;
    readonly model?: string;
  };
  readonly input: ImageShape;
  readonly classes: number;
}

export const noArchitecture: NetworkForm = {
  name: '',
  description: '',
  spec: { kind: 'zoo' },
  input: { width: 28, height: 28, channels: 1 },
  classes: 10,
};

/** The form filled with a version that is there, to be changed into the next one. */
export const formOf = ({ networkName, spec, description: { input, classes } }: NetworkVersionView): NetworkForm => ({
  name: networkName,
  description: '',
  spec: spec.kind === 'zoo' ? spec : { kind: 'keras', model: JSON.stringify(spec.model, null, 1) },
  input,
  classes,
});

export const defaultArgs = (entry: ZooEntryView): Record<string, number | boolean | string> =>
  Object.fromEntries(entry.args.map((arg) => [arg.name, arg.default]));

type Parsed = { readonly model: Record<string, unknown> } | { readonly problem: string };

/** A Keras `model.to_json()` document; anything else is refused with what is wrong about it. */
export function parseKeras(text: string | undefined): Parsed {
  if (!text?.trim()) return { problem: 'Paste the output of model.to_json() or choose a file.' };
  try {
    const model: unknown = JSON.parse(text);
    if (typeof model === 'object' && model !== null && !Array.isArray(model))
      return { model: model as Record<string, unknown> };
    return { problem: 'This is JSON but not a model document: it must be an object.' };
  } catch (error) {
    return { problem: `Not valid JSON: ${(error as Error).message}` };
  }
}

/** The body of a registration or description, or null while the form does not hold a whole one. */
export function specOf({ spec, input, classes }: Partial<NetworkForm>) {
  if (!spec || !input?.width || !input.height || !input.channels || !classes) return null;
  if (spec.kind === 'zoo') {
    if (!spec.name) return null;
    const given = Object.entries(spec.args ?? {}).filter(([, value]) => value !== null && value !== '');
    return { spec: { kind: spec.kind, name: spec.name, args: Object.fromEntries(given) }, input, classes };
  }
  const parsed = parseKeras(spec.model);
  return 'model' in parsed ? { spec: { kind: spec.kind, model: parsed.model }, input, classes } : null;
}
