import { defaultHyperparameters, type Hyperparameters } from '@ratchet/domain';

export interface LearningTask {
  readonly id: 'lenet5' | 'small-cnn';
  readonly title: string;
  /** Mean accuracy on the held-out digits that either framework should reach. */
  readonly goal: number;
  readonly hyperparameters: Hyperparameters;
}

const common = { ...defaultHyperparameters, optimizer: 'adam', schedule: 'cosine', batchSize: 64 } as const;

/** Networks of the zoo with the recipes by which they are known to reach the goal. */
export const learningTasks: readonly LearningTask[] = [
  {
    id: 'lenet5',
    title: 'LeNet-5',
    goal: 0.985,
    hyperparameters: { ...common, epochs: 18, learningRate: 0.004, shift: 0.08 },
  },
  {
    id: 'small-cnn',
    title: 'Small CNN',
    goal: 0.99,
    hyperparameters: { ...common, epochs: 9, learningRate: 0.008, shift: 0.07, emaDecay: 0.98 },
  },
];

export function learningTask(id: string): LearningTask {
  const task = learningTasks.find((candidate) => candidate.id === id);
  if (!task) throw new Error(`There is no task '${id}'; choose among ${learningTasks.map((t) => t.id).join(', ')}`);
  return task;
}
