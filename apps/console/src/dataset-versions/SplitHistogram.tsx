import { useMemo } from 'react';
import { Typography, useTheme } from '@mui/material';
import type { Theme } from '@mui/material/styles';
import type { EChartsCoreOption } from 'echarts/core';
import type { DatasetVersionView } from '@ratchet/contracts';
import { Chart } from '../charts/Chart';
import { axisInk, seriesColours } from '../charts/chart.ink';
import { formatCount } from '../fields/format';
import { histogramSeries, imbalance, splitTotals } from './split.counts';

export function histogramOption({ classes, counts }: DatasetVersionView, theme: Theme): EChartsCoreOption {
  const ink = axisInk(theme);
  return {
    grid: { left: 8, right: 16, top: 34, bottom: 8, containLabel: true },
    tooltip: { ...ink.tooltip, trigger: 'axis', axisPointer: { type: 'shadow' } },
    legend: { top: 0, left: 0, textStyle: { color: theme.palette.text.secondary }, icon: 'roundRect', itemWidth: 12 },
    xAxis: { type: 'category', data: classes, ...ink.axis },
    yAxis: { type: 'value', ...ink.axis },
    series: histogramSeries(counts).map(({ split, values }, i) => ({
      name: split,
      type: 'bar',
      stack: 'images',
      data: values,
      barMaxWidth: 44,
      itemStyle: { color: seriesColours[[0, 2, 3][i]] },
    })),
  };
}

/** Images by class, stacked by split. */
export function SplitHistogram({ version }: { version: DatasetVersionView }) {
  const theme = useTheme();
  const option = useMemo(() => histogramOption(version, theme), [version, theme]);
  const totals = splitTotals(version.counts);
  const ratio = imbalance(version.counts);
  return (
    <>
      <Chart
        label={`Images of ${version.classes.length} classes: ${totals.train} to train, ${totals.validation} to validate, ${totals.gate} in the gate set`}
        option={option}
        height={240}
      />
      <Typography variant="body2" color="text.secondary">
        {formatCount(totals.train)} train, {formatCount(totals.validation)} validation, {formatCount(totals.gate)} gate;
        the largest class has {Number.isFinite(ratio) ? `${ratio.toFixed(1)} times` : 'any number of times'} the images
        of the smallest.
      </Typography>
    </>
  );
}
