import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { Box, LinearProgress, useTheme } from '@mui/material';
import type { EChartsCoreOption, EChartsType } from 'echarts/core';
import { chartInk } from './chart.ink';

interface ChartProps {
  /** What the chart shows, for those who cannot see it. */
  label: string;
  option: EChartsCoreOption;
  height?: number;
  /** Called with the chart once it is drawn and with null when it goes; for data that must not pass through React. */
  onReady?: (chart: EChartsType | null) => void;
  /** Clicked data item. */
  onPick?: (params: { dataIndex: number; seriesIndex: number; seriesId: string; data: unknown }) => void;
}

/** An ECharts canvas that follows its container's width and the theme. */
export function Chart({ label, option, height = 260, onReady, onPick }: ChartProps) {
  const holder = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<EChartsType | null>(null);
  const theme = useTheme();
  const pick = useEffectEvent((params: unknown) => onPick?.(params as Parameters<NonNullable<typeof onPick>>[0]));
  const ready = useEffectEvent((drawn: EChartsType | null) => onReady?.(drawn));

  useEffect(() => {
    let disposed = false;
    let created: EChartsType | null = null;
    const observer = new ResizeObserver(() => created?.resize());
    void import('./echarts').then(({ init }) => {
      if (disposed || !holder.current) return;
      created = init(holder.current);
      created.on('click', (params) => pick(params));
      observer.observe(holder.current);
      setChart(created);
    });
    return () => {
      disposed = true;
      observer.disconnect();
      created?.dispose();
    };
  }, []);

  useEffect(() => {
    if (!chart || chart.isDisposed()) return;
    chart.setOption({ ...chartInk(theme), ...option }, { notMerge: true });
    ready(chart);
    return () => ready(null);
  }, [chart, option, theme]);

  return (
    <Box sx={{ position: 'relative', width: '100%', minWidth: 0 }}>
      {!chart && <LinearProgress aria-label="Drawing the chart" sx={{ position: 'absolute', inset: '50% 25% auto' }} />}
      <div ref={holder} role="img" aria-label={label} style={{ width: '100%', height }} />
    </Box>
  );
}
