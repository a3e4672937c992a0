import { InvalidInput } from '@ratchet/domain';
import { connect } from './api.connection';
import { isHelp } from './start.options';
import { table } from './demo/view';

/** Lists the trainers with the devices they compute on. */
export async function devices(args: readonly string[], say: (line: string) => void): Promise<number> {
  if (args.some(isHelp)) {
    say(
      'ratchet devices\n\n  Lists the trainers and what they compute on. `npm run devices` tells it of this machine alone.',
    );
    return 0;
  }
  if (args.length > 0) throw new InvalidInput('devices', `takes no arguments, not '${args[0]}'. Leave them out.`);
  const { rows } = await (await connect()).list('trainers', { range: [0, 999] });
  const cells = rows.map((t) => [
    t.host,
    t.device,
    `${t.busy}/${t.slots}`,
    t.state,
    Object.entries(t.versions)
      .map(([name, v]) => `${name} ${v}`)
      .join(', '),
  ]);
  say(
    rows.length === 0 ? 'No trainer has reported yet.' : table(['host', 'device', 'busy', 'state', 'versions'], cells),
  );
  return 0;
}
