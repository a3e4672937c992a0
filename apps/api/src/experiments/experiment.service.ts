import { Inject, Injectable } from '@nestjs/common';
import { InvalidInput } from '@ratchet/domain';
import {
  type experimentCreate,
  type experimentPreview,
  type ExperimentView,
  maxTrialsPerExperiment,
} from '@ratchet/contracts';
import {
  cellsOf,
  ExperimentRepository,
  type Launch,
  type ListRequest,
  type Page,
  type ResolvedSelection,
} from '@ratchet/database';
import type { Logger } from 'pino';
import type { z } from 'zod';
import { NetworkDescriber } from '../networks/network.describer';
import { LOGGER } from '../platform/platform.tokens';
import { Queues } from '../platform/queues';
import { experimentView } from './experiment.view';

type Selection = z.output<typeof experimentCreate>;

@Injectable()
export class ExperimentService {
  constructor(
    private readonly experiments: ExperimentRepository,
    private readonly describer: NetworkDescriber,
    private readonly queues: Queues,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async list(request: ListRequest): Promise<Page<ExperimentView>> {
    const { rows, total } = await this.experiments.list(request);
    return { rows: rows.map(experimentView), total };
  }

  async get(id: string): Promise<ExperimentView> {
    return experimentView(await this.experiments.get(id));
  }

  /** What a launch would do. @throws whatever it would throw */
  async preview(selection: Selection): Promise<z.output<typeof experimentPreview>> {
    const cells = await this.checked(unrepeated(selection));
    return {
      trials: cells.length,
      epochs: cells.reduce((sum, cell) => sum + cell.hyperparameters.epochs, 0),
    };
  }

  /** Writes the trials in one transaction, then rings for them. */
  async launch({ name, ...selection }: Selection, actor: string): Promise<ExperimentView> {
    const unique = unrepeated(selection);
    await this.checked(unique);
    return this.ring(await this.experiments.launch(name, unique, actor));
  }

  async runMissing(id: string, actor: string): Promise<ExperimentView> {
    return this.ring(await this.experiments.runMissing(id, actor));
  }

  async cancel(id: string, actor: string): Promise<ExperimentView> {
    await this.experiments.cancel(id, actor);
    return this.get(id);
  }

  /** @throws InvalidInput for too many trials, or a network that does not fit the task, naming the layer */
  private async checked(selection: Omit<Selection, 'name'>) {
    const resolved = await this.experiments.resolve(selection);
    const cells = cellsOf(
      selection.datasetVersionIds,
      selection.networkVersionIds,
      resolved.sets.map((set) => set.grid),
    );
    if (cells.length > maxTrialsPerExperiment)
      throw new InvalidInput(
        'hyperparameterSetIds',
        `the selection stands for ${cells.length} trials; ${maxTrialsPerExperiment} are allowed. Split it into several experiments`,
      );
    await this.assertNetworksFit(resolved);
    return cells;
  }

  private async assertNetworksFit({ task, networks }: ResolvedSelection): Promise<void> {
    for (const version of networks) {
      const { input, classes } = version.description;
      const known =
        classes === task.classes.length &&
        (['height', 'width', 'channels'] as const).every((side) => input[side] === task.input[side]);
      if (known) continue;
      try {
        await this.describer.describe(version.spec, task.input, task.classes.length);
      } catch (error) {
        const { height, width, channels } = task.input;
        throw new InvalidInput(
          'networkVersionIds',
          `network version ${version.id} does not fit task '${task.name}' (${height}×${width}×${channels}, ${task.classes.length} classes): ${(error as Error).message}`,
          { networkVersionId: version.id },
        );
      }
    }
  }

  private async ring({ experimentId, trialIds }: Launch): Promise<ExperimentView> {
    try {
      await this.queues.trials.enqueueAll(trialIds.map((trialId) => ({ trialId })));
    } catch (error) {
      this.logger.warn({ err: error, experimentId }, 'launched; the sweeper will ring once the queue answers');
    }
    return this.get(experimentId);
  }
}

/** Naming a thing twice does not train it twice. */
const unrepeated = <S extends Omit<Selection, 'name'>>(selection: S): S => ({
  ...selection,
  datasetVersionIds: [...new Set(selection.datasetVersionIds)],
  networkVersionIds: [...new Set(selection.networkVersionIds)],
  hyperparameterSetIds: [...new Set(selection.hyperparameterSetIds)],
});
