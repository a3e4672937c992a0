import type { EChartsType } from 'echarts/core';
import type { CurvesView } from '@ratchet/contracts';
import type { MetricName, MetricPoint } from '@ratchet/domain';
import { CurveStore } from './curve.store';
import { oncePerFrame } from './frame.flush';

/** Brings points to a chart past React: however many arrive, the changed curves are drawn once per frame. */
export class CurvePainter {
  private readonly store: CurveStore;
  private chart: EChartsType | null = null;
  private nameOf: (trialId: string) => string = (id) => id;
  private colourOf: (trialId: string) => string | undefined = () => undefined;
  private readonly flush = oncePerFrame(() => this.draw(this.store.takeChanged()));

  constructor(metric: MetricName) {
    this.store = new CurveStore(metric);
  }

  /** A chart, drawn anew with everything there is, or null when it goes. */
  attach(chart: EChartsType | null): void {
    this.chart = chart;
    if (chart) this.draw(this.store.trials());
    else this.flush.cancel();
  }

  name(nameOf: (trialId: string) => string, colourOf: (trialId: string) => string | undefined = () => undefined): void {
    this.nameOf = nameOf;
    this.colourOf = colourOf;
    this.draw(this.store.trials());
  }

  load(curves: CurvesView): void {
    this.store.load(curves);
    this.flush();
  }

  add(trialId: string, points: readonly MetricPoint[]): void {
    if (this.store.add(trialId, points)) this.flush();
  }

  private draw(trialIds: readonly string[]): void {
    if (!this.chart || this.chart.isDisposed() || trialIds.length === 0) return;
    this.chart.setOption({
      series: trialIds.map((id) => {
        const data = this.store.points(id);
        return {
          id,
          name: this.nameOf(id),
          type: 'line',
          data,
          showSymbol: data.length < 2,
          symbolSize: 5,
          sampling: 'lttb',
          triggerLineEvent: true,
          itemStyle: { color: this.colourOf(id) },
          lineStyle: { width: 1.75 },
          emphasis: { focus: 'series', lineStyle: { width: 3 } },
        };
      }),
    });
  }
}
