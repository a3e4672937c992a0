/** `reason: drift, generation: 4`: an event's detail on one line, cut at 200 characters. */
export function detailText(detail: Readonly<Record<string, unknown>>): string {
  const text = Object.entries(detail)
    .map(([name, value]) => `${name}: ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
    .join(', ');
  return text.length > 200 ? `${text.slice(0, 199)}…` : text;
}

/** What an event was about, as far as its detail names it: `digits, version 4`. */
export function eventSubject({ task, name, version }: Readonly<Record<string, unknown>>): string {
  const subject = [task, name].find((text) => typeof text === 'string' && text.length <= 100);
  return [subject, typeof version === 'number' ? `version ${version}` : undefined].filter(Boolean).join(', ');
}
