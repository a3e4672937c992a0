import type { Theme } from '@mui/material/styles';
import type { EChartsCoreOption } from 'echarts/core';
import { formatPercent } from '../fields/format';
import { axisInk } from './chart.ink';
import { confusionCells, type ConfusionCell } from './confusion.cells';

/** Rows are the actual classes, columns the predicted ones; colour is the share of the row. */
export function confusionOption(
  matrix: readonly (readonly number[])[],
  classes: readonly string[],
  theme: Theme,
): EChartsCoreOption {
  const ink = axisInk(theme);
  const { primary, background, text } = theme.palette;
  const axis = { type: 'category', data: classes, ...ink.axis, splitLine: { show: false }, nameLocation: 'middle' };
  const few = classes.length <= 14;
  return {
    grid: { left: 8, right: 8, top: 30, bottom: 30, containLabel: true },
    tooltip: {
      ...ink.tooltip,
      formatter: ({ value }: { value: ConfusionCell }) =>
        `${value[3]} of ${classes[value[1]]} called ${classes[value[0]]}<br/>${formatPercent(value[2], 1)} of the class`,
    },
    xAxis: {
      ...axis,
      name: 'predicted',
      nameGap: 28,
      axisLabel: { ...ink.axis.axisLabel, width: 70, overflow: 'truncate' },
    },
    yAxis: {
      ...axis,
      name: 'actual',
      nameLocation: 'start',
      inverse: true,
      axisLabel: { ...ink.axis.axisLabel, width: 70, overflow: 'truncate' },
    },
    visualMap: {
      show: false,
      min: 0,
      max: 1,
      dimension: 2,
      inRange: { color: [background.paper, primary.main] },
    },
    series: [
      {
        type: 'heatmap',
        data: confusionCells(matrix).map((value) => ({
          value,
          label: { color: value[2] > 0.5 ? primary.contrastText : text.primary },
        })),
        label: {
          show: few,
          fontSize: 11,
          formatter: ({ value }: { value: ConfusionCell }) => (value[3] ? String(value[3]) : ''),
        },
        itemStyle: { borderColor: ink.axis.axisLine.lineStyle.color, borderWidth: few ? 1 : 0 },
        emphasis: { itemStyle: { borderColor: text.primary } },
      },
    ],
  };
}
