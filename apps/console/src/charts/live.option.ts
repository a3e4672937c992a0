import type { Theme } from '@mui/material/styles';
import type { EChartsCoreOption } from 'echarts/core';
import type { MetricName } from '@ratchet/domain';
import { formatPercent } from '../fields/format';
import { axisInk } from './chart.ink';

export const metricTitles: Readonly<Record<MetricName, string>> = {
  validation_accuracy: 'Validation accuracy',
  train_accuracy: 'Training accuracy',
  validation_loss: 'Validation loss',
  train_loss: 'Training loss',
  learning_rate: 'Learning rate',
  images_per_second: 'Images per second',
};

export const formatMetric = (metric: MetricName, value: number): string =>
  metric.endsWith('accuracy') ? formatPercent(value) : value.toPrecision(4);

/** Axes of a live curve chart; the curves come later, past React. */
export function liveOption(metric: MetricName, theme: Theme): EChartsCoreOption {
  const ink = axisInk(theme);
  const accuracy = metric.endsWith('accuracy');
  return {
    grid: { left: 8, right: 16, top: 16, bottom: 26, containLabel: true },
    tooltip: {
      ...ink.tooltip,
      trigger: 'item',
      formatter: ({ seriesName, value }: { seriesName: string; value: [number, number] }) =>
        `${seriesName}<br/>step ${value[0]}: <b>${formatMetric(metric, value[1])}</b>`,
    },
    xAxis: {
      type: 'value',
      name: 'step',
      nameLocation: 'middle',
      nameGap: 22,
      ...ink.axis,
      splitLine: { show: false },
    },
    yAxis: {
      type: 'value',
      scale: true,
      ...ink.axis,
      axisLabel: { ...ink.axis.axisLabel, formatter: (v: number) => (accuracy ? formatPercent(v, 0) : String(v)) },
    },
    series: [],
  };
}
