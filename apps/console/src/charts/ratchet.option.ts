import type { Theme } from '@mui/material/styles';
import type { EChartsCoreOption } from 'echarts/core';
import type { PromotionView } from '@ratchet/contracts';
import { formatPercent } from '../fields/format';
import { axisInk } from './chart.ink';
import { accuracyRange, chartEnd, stepLine, turnedAway, type RatchetStep } from './ratchet.steps';

/** Data of a point that leads to a model. */
export interface ModelPoint {
  readonly value: [number, number];
  readonly modelVersionId: string;
}

/** The ratchet: champions as a climbing step line, the candidates that did not make it as quiet dots below. */
export function ratchetOption(
  promotions: readonly PromotionView[],
  steps: readonly RatchetStep[],
  now: number,
  theme: Theme,
): EChartsCoreOption {
  const ink = axisInk(theme);
  const { primary, warning, text, background } = theme.palette;
  const others = turnedAway(promotions);
  const end = chartEnd(steps, now);
  const range = accuracyRange(steps.map((s) => s.accuracy));
  return {
    grid: { left: 8, right: 20, top: 16, bottom: 8, containLabel: true },
    tooltip: { ...ink.tooltip, trigger: 'item' },
    xAxis: { type: 'time', ...ink.axis, splitLine: { show: false }, min: steps[0]?.at, max: end },
    yAxis: {
      type: 'value',
      ...range,
      ...ink.axis,
      axisLabel: {
        ...ink.axis.axisLabel,
        formatter: (v: number) => formatPercent(v, 1),
        showMinLabel: false,
        showMaxLabel: false,
      },
    },
    series: [
      {
        id: 'line',
        type: 'line',
        step: 'end',
        data: stepLine(steps, end),
        symbol: 'none',
        silent: true,
        lineStyle: { color: primary.main, width: 2.5 },
        areaStyle: { color: primary.main, opacity: 0.08, origin: 'start' },
        z: 2,
      },
      {
        id: 'kept',
        type: 'scatter',
        symbolSize: 6,
        itemStyle: { color: text.secondary, opacity: 0.45 },
        data: others
          .filter((p) => p.gateAccuracy >= range.min)
          .map((p) => ({ value: [Date.parse(p.createdAt), p.gateAccuracy], modelVersionId: p.modelVersionId })),
        tooltip: { formatter: ({ value }: ModelPoint) => `Measured and not promoted<br/>${formatPercent(value[1])}` },
        z: 1,
      },
      {
        id: 'steps',
        type: 'scatter',
        symbolSize: 12,
        cursor: 'pointer',
        data: steps.map((s) => ({
          value: [s.at, s.accuracy],
          modelVersionId: s.modelVersionId,
          symbol: s.outcome === 'promoted' ? 'circle' : 'diamond',
          itemStyle: {
            color: s.outcome === 'promoted' ? primary.main : warning.main,
            opacity: 1,
            borderColor: background.paper,
            borderWidth: 2,
          },
        })),
        tooltip: {
          formatter: ({ dataIndex }: { dataIndex: number }) => {
            const s = steps[dataIndex];
            const what = s.outcome === 'promoted' ? 'Promoted' : 'Rolled back';
            return `<b>${formatPercent(s.accuracy)}</b> on the gate set<br/>${what}, generation ${s.generation ?? '–'}<br/>${new Date(s.at).toLocaleString()}`;
          },
        },
        z: 3,
      },
    ],
  };
}
