import { useCallback, useEffect, useMemo, useState } from 'react';
import { useTheme } from '@mui/material';
import type { EChartsType } from 'echarts/core';
import type { CurvesView } from '@ratchet/contracts';
import type { MetricName } from '@ratchet/domain';
import { useSubscribe } from '../live/useSubscribe';
import { Chart } from './Chart';
import { CurvePainter } from './curve.painter';
import { liveOption, metricTitles } from './live.option';

interface LiveCurvesProps {
  /** Fixed for the life of the chart: give another metric another `key`. */
  metric: MetricName;
  /** Where the points come from, such as `resource/experiments/ID`. */
  topics: readonly string[];
  /** What the API has stored. */
  curves: CurvesView;
  nameOf: (trialId: string) => string;
  /** The chart's own colours in turn without. */
  colourOf?: (trialId: string) => string | undefined;
  /** Asks again for the stored curves after the stream was broken. */
  onResumed: () => void;
  onPick?: (trialId: string) => void;
  height?: number;
}

/** Many curves that grow while one looks. */
export function LiveCurves({ metric, topics, curves, nameOf, colourOf, onResumed, onPick, height }: LiveCurvesProps) {
  const theme = useTheme();
  const option = useMemo(() => liveOption(metric, theme), [metric, theme]);
  const [painter] = useState(() => new CurvePainter(metric));
  useEffect(() => painter.name(nameOf, colourOf), [painter, nameOf, colourOf]);
  useEffect(() => painter.load(curves), [painter, curves]);
  useSubscribe(topics, (message) => {
    if (message.type === 'resumed') onResumed();
    else if (message.type === 'metrics') painter.add(message.trialId, message.points);
  });
  const onReady = useCallback((chart: EChartsType | null) => painter.attach(chart), [painter]);
  return (
    <Chart
      label={`${metricTitles[metric]} over training steps, ${curves.filter((c) => c.name === metric).length} curves`}
      option={option}
      height={height}
      onReady={onReady}
      onPick={onPick && (({ seriesId }) => onPick(seriesId))}
    />
  );
}
