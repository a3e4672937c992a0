import { ratios, type Results } from './results';

const colours: Readonly<Record<string, string>> = { ratchet: '#b4451f', 'ratchet-portable': '#dd9a72' };
const otherColour = '#8a97a6';
const escape = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');

/** One panel per network, one bar per variant, its length the speed relative to PyTorch eager. */
export function speedPlot(results: Results, networkTitles: Readonly<Record<string, string>>): string {
  const ids = Object.keys(results.speed);
  const variants = Object.keys(results.titles).filter((id) => !ids.every((network) => !results.speed[network][id]));
  const [left, barHeight, gap, scaleWidth] = [230, 18, 6, 430];
  const panelHeight = 34 + variants.length * (barHeight + gap) + 14;
  const relative = Object.fromEntries(variants.map((variant) => [variant, ratios(results, variant, 'pytorch-eager')]));
  const longest = Math.max(1, ...Object.values(relative).flatMap((byNetwork) => Object.values(byNetwork)));
  const x = (ratio: number) => (ratio / longest) * scaleWidth;
  const panels = ids.map((id, panel) => {
    const top = panel * panelHeight;
    const bars = variants.map((variant, at) => {
      const y = top + 34 + at * (barHeight + gap);
      const ratio = relative[variant][id];
      const label = `<text x="${left - 8}" y="${y + 13}" text-anchor="end">${escape(results.titles[variant])}</text>`;
      if (ratio === undefined) return `${label}<text x="${left}" y="${y + 13}" fill="#777">not measured</text>`;
      const fill = colours[variant] ?? otherColour;
      return (
        `${label}<rect x="${left}" y="${y}" width="${x(ratio).toFixed(1)}" height="${barHeight}" fill="${fill}"/>` +
        `<text x="${(left + x(ratio) + 6).toFixed(1)}" y="${y + 13}">${ratio < 0.01 ? ratio.toExponential(1) : ratio.toFixed(2)}</text>`
      );
    });
    const one = left + x(1);
    return (
      `<text x="${left}" y="${top + 22}" font-weight="bold">${escape(networkTitles[id])}</text>${bars.join('')}` +
      `<line x1="${one}" x2="${one}" y1="${top + 30}" y2="${top + panelHeight - 14}" stroke="#333" stroke-dasharray="3 3"/>`
    );
  });
  const height = ids.length * panelHeight + 10;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${left + scaleWidth + 70}" height="${height}" ` +
    `font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="white"/>${panels.join('')}</svg>\n`
  );
}
