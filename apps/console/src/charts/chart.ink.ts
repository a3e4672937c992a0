import type { Theme } from '@mui/material/styles';

/** Distinguishable on both backgrounds and with the common colour vision deficiencies (after Okabe & Ito). */
export const seriesColours = [
  '#0b8a83',
  '#d55e00',
  '#3d7fc4',
  '#b8860b',
  '#b0528f',
  '#5b8c2a',
  '#7a6fd0',
  '#c2484d',
  '#2aa5c7',
  '#8a6d5a',
];

/** Colours and text that every chart shares. */
export const chartInk = (theme: Theme) => ({
  color: seriesColours,
  backgroundColor: 'transparent',
  animation: false, // charts are drawn anew with every refresh
  textStyle: { fontFamily: theme.typography.fontFamily, color: theme.palette.text.secondary },
  darkMode: theme.palette.mode === 'dark',
});

/** Axis and tooltip styles, which ECharts takes axis by axis. */
export function axisInk(theme: Theme) {
  const { divider, text, background } = theme.palette;
  return {
    axis: {
      axisLine: { lineStyle: { color: divider } },
      axisTick: { show: false },
      axisLabel: { color: text.secondary, hideOverlap: true },
      nameTextStyle: { color: text.secondary },
      splitLine: { lineStyle: { color: divider, type: 'dashed' as const, opacity: 0.7 } },
    },
    tooltip: {
      backgroundColor: background.paper,
      borderColor: divider,
      textStyle: { color: text.primary, fontSize: 12 },
      confine: true,
    },
  };
}
