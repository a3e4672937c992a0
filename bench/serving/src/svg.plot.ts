import { perSecond, type Results } from './results';

const escape = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');

/** A panel per model and number of connections, a bar per server: requests a second. */
export function throughputPlot({ models, servers, cells }: Results): string {
  const [left, bar, gap, scale] = [240, 16, 5, 420];
  const panels: string[] = [];
  let top = 0;
  for (const [model, title] of Object.entries(models))
    for (const connections of new Set(cells.filter((c) => c.model === model).map((c) => c.connections))) {
      const here = cells.filter((c) => c.model === model && c.connections === connections);
      const most = Math.max(...here.map(perSecond));
      panels.push(
        `<text x="${left}" y="${top + 20}" font-weight="bold">${escape(title)}, ${connections} connections</text>`,
      );
      here.forEach((cell, i) => {
        const y = top + 30 + i * (bar + gap);
        const width = (perSecond(cell) / most) * scale;
        const fill = cell.server.startsWith('ratchet') ? '#b4451f' : '#8a97a6';
        panels.push(
          `<text x="${left - 8}" y="${y + 12}" text-anchor="end">${escape(servers[cell.server])}</text>` +
            `<rect x="${left}" y="${y}" width="${width.toFixed(1)}" height="${bar}" fill="${fill}"/>` +
            `<text x="${(left + width + 6).toFixed(1)}" y="${y + 12}">${Math.round(perSecond(cell))}/s</text>`,
        );
      });
      top += 30 + here.length * (bar + gap) + 16;
    }
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${left + scale + 90}" height="${top + 10}" font-family="sans-serif" ` +
    `font-size="12"><rect width="100%" height="100%" fill="white"/>${panels.join('')}</svg>\n`
  );
}
