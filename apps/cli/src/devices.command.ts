import { connect } from './api.connection';
import { table } from './demo/view';

/** Lists the trainers with the devices they compute on. */
export async function devices(say: (line: string) => void): Promise<number> {
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
