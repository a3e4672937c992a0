import { CurveRecorder, type TrainedSteps } from './curve.recorder';

const steps = (firstStep: number, losses: number[]): TrainedSteps => ({
  firstStep,
  losses,
  learningRate: 0.1,
  seconds: 0.5,
});

describe('CurveRecorder', () => {
  it('shows every step of a short trial', () => {
    const curves = new CurveRecorder(100, 8);
    curves.add(steps(0, [3, 2]));
    expect(curves.take()).toEqual([
      { name: 'train_loss', step: 1, value: 3 },
      { name: 'train_loss', step: 2, value: 2 },
      { name: 'learning_rate', step: 2, value: 0.1 },
      { name: 'images_per_second', step: 2, value: 32 },
    ]);
    expect(curves.take()).toEqual([]);
  });

  it('gives the mean of windows that end at the same steps however the chunks fall', () => {
    const losses = Array.from({ length: 1600 }, (_, i) => Math.sin(i));
    const lossPoints = (chunk: number) => {
      const curves = new CurveRecorder(1600, 8);
      for (let first = 0; first < losses.length; first += chunk)
        curves.add(steps(first, losses.slice(first, first + chunk)));
      return curves.take().filter((point) => point.name === 'train_loss');
    };
    const points = lossPoints(7);
    expect(points).toHaveLength(400);
    expect(points[0]).toEqual({
      name: 'train_loss',
      step: 4,
      value: (losses[0] + losses[1] + losses[2] + losses[3]) / 4,
    });
    expect(lossPoints(800)).toEqual(points);
  });

  it('joins the grid again when a trial goes on in the middle of a window', () => {
    const curves = new CurveRecorder(1600, 8);
    curves.add(steps(6, [5, 7, 1]));
    expect(curves.take()[0]).toEqual({ name: 'train_loss', step: 8, value: 6 });
  });
});
