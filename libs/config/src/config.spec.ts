import { assertUsable, InvalidEnvironment, loadConfig } from './index';

const token = 'a'.repeat(32);

const problemsOf = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    if (error instanceof InvalidEnvironment) return error;
  }
  throw new Error('expected InvalidEnvironment');
};

describe('loadConfig', () => {
  it('reads only the groups it is asked for', () => {
    const config = loadConfig(['database'], { DATABASE_URL: 'postgresql://u:p@h:5432/d' });
    expect(config).toEqual({ database: { url: 'postgresql://u:p@h:5432/d', poolSize: 10 } });
  });

  it('names every bad variable at once, with the mend', () => {
    const error = problemsOf(() =>
      loadConfig(['database', 'redis', 'api', 'trainer'], {
        DATABASE_URL: 'mysql://h/d',
        RATCHET_API_PORT: '70000',
        RATCHET_UPLOAD_LIMIT: 'lots',
        RATCHET_WORKER_TOKEN: 'short',
        RATCHET_TRAINER_SLOTS: '-1',
      }),
    );
    expect(error.problems.map((p) => p.variable).sort()).toEqual([
      'DATABASE_URL',
      'RATCHET_API_PORT',
      'RATCHET_API_URL',
      'RATCHET_TRAINER_SLOTS',
      'RATCHET_UPLOAD_LIMIT',
      'RATCHET_WORKER_TOKEN',
      'REDIS_URL',
    ]);
    expect(error.message).toContain("RATCHET_API_PORT: '70000': expected a whole number from 0 to 65535.");
    expect(error.message).toContain('REDIS_URL: is not set. Set it to redis://');
  });

  it('keeps secrets out of its messages', () => {
    const error = problemsOf(() =>
      loadConfig(['api', 'database'], { RATCHET_WORKER_TOKEN: 'hunter2', DATABASE_URL: 'mysql://u:hunter2@h/d' }),
    );
    expect(error.problems).toHaveLength(2);
    expect(error.message).not.toContain('hunter2');
  });

  it('never defaults the worker token', () => {
    expect(problemsOf(() => loadConfig(['api'], {})).message).toContain('RATCHET_WORKER_TOKEN: is not set');
  });

  it('takes devices in order, and none that there is not', () => {
    const environment = { RATCHET_API_URL: 'http://h:1', RATCHET_WORKER_TOKEN: token };
    const device = (given: string) => loadConfig(['trainer'], { ...environment, RATCHET_DEVICE: given }).trainer.device;
    for (const given of ['auto', 'cpu', 'tensorflow', 'cuda,webgpu,cpu']) expect(device(given)).toBe(given);
    for (const given of ['gpu', 'cpu,', 'auto,cpu', 'cpu webgpu'])
      expect(problemsOf(() => device(given)).message).toContain('one or more of cpu, webgpu, cuda and tensorflow');
  });

  it('makes no traces unless it is told where they go', () => {
    expect(loadConfig(['telemetry'], {}).telemetry).toEqual({ endpoint: null, share: 1 });
    const given = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/', OTEL_TRACES_SAMPLER_ARG: '0.01' };
    expect(loadConfig(['telemetry'], given).telemetry).toEqual({ endpoint: 'http://collector:4318', share: 0.01 });
    const wrong = { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318', OTEL_TRACES_SAMPLER_ARG: '1.5' };
    expect(problemsOf(() => loadConfig(['telemetry'], wrong)).problems).toHaveLength(2);
  });

  it('checks what is set without asking for the rest', () => {
    const groups = ['stack', 'api', 'trainer', 'inferencer'] as const;
    expect(() => assertUsable(groups, {})).not.toThrow();
    const wrong = { RATCHET_BATCH: '0', RATCHET_DEVICE: 'gpu', RATCHET_MEMORY: 'lots', RATCHET_API_PORT: 'x' };
    const { problems } = problemsOf(() => assertUsable(groups, wrong));
    expect(problems.map((p) => p.variable).sort()).toEqual(Object.keys(wrong).sort());
  });

  it('treats an empty variable as unset', () => {
    expect(loadConfig(['api'], { RATCHET_API_PORT: ' ', RATCHET_WORKER_TOKEN: token }).api.port).toBe(7070);
  });

  it.each([
    ['1048576', 2 ** 20],
    ['512M', 2 ** 29],
    ['1.5GiB', 1.5 * 2 ** 30],
    ['10kb', 10240],
  ])('reads the size %s as %d bytes', (text, expected) => {
    const config = loadConfig(['api'], { RATCHET_UPLOAD_LIMIT: text, RATCHET_WORKER_TOKEN: token });
    expect(config.api.uploadLimitBytes).toBe(expected);
  });

  it('chooses the directory store unless an S3 endpoint is given', () => {
    expect(loadConfig(['objectStore'], { RATCHET_DATA_DIR: '/data' }).objectStore).toEqual({
      kind: 'directory',
      directory: '/data',
    });
    expect(
      loadConfig(['objectStore'], { S3_ENDPOINT: 'http://s:9000/', S3_ACCESS_KEY: 'k', S3_SECRET_KEY: 's' })
        .objectStore,
    ).toMatchObject({ kind: 's3', endpoint: 'http://s:9000', bucket: 'ratchet', region: 'us-east-1' });
  });

  it('says what an S3 store still lacks', () => {
    const error = problemsOf(() => loadConfig(['objectStore'], { S3_ENDPOINT: 'http://s:9000' }));
    expect(error.problems.map((p) => p.variable)).toEqual(['S3_ACCESS_KEY', 'S3_SECRET_KEY']);
  });

  it('freezes what it hands out', () => {
    const config = loadConfig(['logging'], {});
    expect(Object.isFrozen(config) && Object.isFrozen(config.logging)).toBe(true);
  });
});
