import { randomUUID } from 'node:crypto';
import { type ApiProcess, refusalOf } from '@ratchet/testing';
import { ApiGround, type ApiScenario, scenarioClasses } from '../api.scenario';

describe('registering', () => {
  let ground: ApiGround;
  let api: ApiProcess;
  let scenario: ApiScenario;
  beforeAll(async () => {
    ground = await ApiGround.start();
    ({ api, scenario } = ground);
  }, 120_000);
  afterAll(() => ground?.stop());

  const post = (path: string, body: unknown) =>
    api.client.send('POST', path, {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  describe('tasks', () => {
    it('take their classes and frozen gate set from a dataset version', async () => {
      const version = await scenario.datasetVersion();
      const task = await scenario.task(version.id, { criticalClasses: ['crack'] });
      expect(task).toMatchObject({ classes: scenarioClasses, gateImages: 2, gateQueries: 0, champion: null });
    });

    it.each([
      [{ datasetVersionId: randomUUID() }, 'datasetVersionId'],
      [{ criticalClasses: ['scratch'] }, 'criticalClasses'],
      [{ minimumGateImagesPerClass: 2 }, 'minimumGateImagesPerClass'],
      [{ name: 'Not A Slug' }, 'name'],
      [{ input: { height: 4, width: 28, channels: 1 } }, 'input.height'],
      [{ latencyBudgetMs: 0 }, 'latencyBudgetMs'],
      [{ classes: ['a', 'b'] }, 'classes'],
    ])('refuse %j', async (change, field) => {
      const version = await scenario.datasetVersion();
      const refusal = await refusalOf(scenario.task(version.id, change));
      expect(refusal).toMatchObject({ status: 422, code: 'invalid_input' });
      expect(refusal.errors?.map((error) => error.field)).toContain(field);
    });
  });

  describe('networks', () => {
    it('are registered with their layer table, one version for one architecture', async () => {
      const network = await scenario.network();
      expect(network).toMatchObject({ versions: 1 });
      expect(network.parameters).toBeGreaterThan(0);
      const body = { spec: { kind: 'zoo', name: 'mlp' }, classes: scenarioClasses.length };
      const same = await (await post(`/api/networks/${network.id}/versions`, body)).json();
      expect(same).toMatchObject({ id: network.latestVersionId, version: 1 });
      const other = { ...body, spec: { kind: 'zoo', name: 'lenet5' } };
      const added = await Promise.all(
        Array.from({ length: 5 }, async () => (await post(`/api/networks/${network.id}/versions`, other)).json()),
      );
      expect(new Set(added.map((version) => (version as { id: string }).id)).size).toBe(1);
      expect(await api.client.get('networks', network.id)).toMatchObject({ versions: 2 });
    });

    it('are refused when they cannot be built, naming why, and nothing is stored', async () => {
      const count = async () => (await api.client.list('networks', { range: [0, 0] })).total;
      const before = await count();
      const bad = [
        { kind: 'zoo', name: 'no-such-network' },
        { kind: 'keras', model: { class_name: 'Sequential', config: { layers: [{ class_name: 'Bogus' }] } } },
        { kind: 'keras', model: {} },
      ];
      for (const spec of bad) {
        const refusal = await refusalOf(post('/api/networks', { name: randomUUID(), spec }));
        expect(refusal).toMatchObject({ status: 422, code: 'invalid_input' });
      }
      expect(await count()).toBe(before);
    });

    const flatten = { class_name: 'Flatten', config: { name: 'flat', batch_input_shape: [null, 28, 28, 1] } };
    const dense = (name: string, units: number) => ({ class_name: 'Dense', config: { name, units } });

    it.each<[string, object[], RegExp]>([
      [
        'are larger than a trial could bear',
        [flatten, dense('huge', 1_000_000), dense('last', 10)],
        /layer 'huge': has 785 million of the network's 795 million parameters; 200 million are allowed/,
      ],
      [
        'have more layers than anybody draws',
        [flatten, ...Array.from({ length: 8000 }, (_, i) => dense(`d${i}`, 10))],
        /has 8001 layers, at most 1000/,
      ],
      [
        'take more memory to compile than there may be',
        [
          { class_name: 'Conv2D', config: { name: 'conv', filters: 768, kernel_size: [3, 3], padding: 'same' } },
          {
            class_name: 'MaxPooling2D',
            config: { name: 'pool', pool_size: [25, 25], strides: [1, 1], padding: 'same' },
          },
          { class_name: 'GlobalAveragePooling2D', config: { name: 'mean' } },
          dense('last', 10),
        ],
        /the network needs more than 1.5 GiB of memory to build; use fewer or smaller layers/,
      ],
    ])('that %s are refused while everything else answers', async (_what, layers, message) => {
      const spec = { kind: 'keras', model: { class_name: 'Sequential', config: { name: 's', layers } } };
      let answered = 0;
      let done = false;
      const refusal = refusalOf(post('/api/networks', { name: randomUUID(), spec })).finally(() => (done = true));
      while (!done) {
        expect((await fetch(`${api.url}/healthz`)).status).toBe(200);
        answered++;
      }
      expect(await refusal).toMatchObject({
        status: 422,
        code: 'invalid_input',
        message: expect.stringMatching(message),
      });
      expect(answered).toBeGreaterThan(0);
      await scenario.network(); // by a new process
    });

    it('show the zoo', async () => {
      const zoo = (await (await api.client.send('GET', '/api/networks/zoo')).json()) as { name: string }[];
      expect(zoo.map((entry) => entry.name)).toEqual(expect.arrayContaining(['mlp', 'lenet5']));
    });
  });
});
