const id = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** `reason: drift, generation: 4`: an event's detail on one line, ids after what people read. */
export function detailText(detail: Readonly<Record<string, unknown>>): string {
  const isId = ([, value]: [string, unknown]) => typeof value === 'string' && id.test(value);
  const entries = Object.entries(detail);
  return [...entries.filter((entry) => !isId(entry)), ...entries.filter(isId)]
    .map(([name, value]) => `${name}: ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
    .join(', ');
}

/** What an event was about, as far as its detail names it: `digits, version 4`. */
export function eventSubject({ task, name, version }: Readonly<Record<string, unknown>>): string {
  const subject = [task, name].find((text) => typeof text === 'string' && text.length <= 100);
  return [subject, typeof version === 'number' ? `version ${version}` : undefined].filter(Boolean).join(', ');
}

/** One of a resource: `hyperparameter-sets` → `hyperparameter set`. */
export const resourceNoun = (resource: string): string =>
  resource
    .replace(/^api\b/, 'API')
    .replaceAll('-', ' ')
    .replace(/s$/, '');
