import {
  apiKeyCreate,
  experimentCreate,
  hyperparameterSetCreate,
  networkCreate,
  signIn,
  taskCreate,
  userCreate,
} from '@ratchet/contracts';
import { InvalidInput } from '@ratchet/domain';
import { z } from 'zod';
import { checked, fieldErrors } from './field.messages';

describe('what is said of a wrong body', () => {
  const refusalOf = (schema: z.ZodType, body: unknown): Record<string, string> => {
    try {
      checked(schema, body);
    } catch (error) {
      return Object.fromEntries(fieldErrors(error as z.ZodError).map(({ field, message }) => [field, message]));
    }
    throw new Error('it was accepted');
  };

  it.each([
    ['a value of another type', apiKeyCreate, { name: 5 }, 'name', 'must be a text, not 5'],
    ['null', apiKeyCreate, { name: null }, 'name', 'must be a text, not null'],
    ['nothing', apiKeyCreate, {}, 'name', 'is missing; give a text'],
    ['no object', apiKeyCreate, [], '', 'must be an object, not a list'],
    ['an empty text', apiKeyCreate, { name: '' }, 'name', 'must have at least 1 character, not 0'],
    ['a long text', apiKeyCreate, { name: 'x'.repeat(201) }, 'name', 'must have at most 200 characters, not 201'],
    [
      'no choice',
      apiKeyCreate,
      { name: 'a', role: 'god' },
      'role',
      "must be one of viewer, operator, engineer, admin, not 'god'",
    ],
    [
      'an unknown field',
      apiKeyCreate,
      { name: 'a', colour: 1 },
      'colour',
      'is not a known field; known are name, role',
    ],
    [
      'no address',
      signIn,
      { email: 'me', password: 'x' },
      'email',
      "must be an e-mail address such as name@example.org, not 'me'",
    ],
    ['no id', experimentCreate, { taskId: 'digits' }, 'taskId', "must be an id (a UUID), not 'digits'"],
    [
      'an empty list',
      experimentCreate,
      { networkVersionIds: [] },
      'networkVersionIds',
      'must have at least 1 entry, not 0',
    ],
    [
      'a value below',
      hyperparameterSetCreate,
      { grid: { learningRate: 0 } },
      'grid.learningRate',
      'must be more than 0, not 0',
    ],
    [
      'a value above',
      hyperparameterSetCreate,
      { grid: { batchSize: 5000 } },
      'grid.batchSize',
      'must be at most 4096, not 5000',
    ],
    [
      'one of many',
      hyperparameterSetCreate,
      { grid: { momentum: [0.9, 1] } },
      'grid.momentum.1',
      'must be less than 1, not 1',
    ],
    [
      'a fraction',
      hyperparameterSetCreate,
      { grid: { epochs: 1.5 } },
      'grid.epochs',
      'must be a whole number, not 1.5',
    ],
    ['an unknown kind', networkCreate, { spec: { kind: 'zo' } }, 'spec.kind', "must be one of zoo, keras, not 'zo'"],
    ['no kind', networkCreate, { spec: {} }, 'spec.kind', 'is missing; give one of zoo, keras'],
    ['no channels', networkCreate, { input: { channels: 2 } }, 'input.channels', 'must be one of 1, 3, not 2'],
    [
      'a wrong name',
      taskCreate,
      { name: 'A b' },
      'name',
      "must be 1 to 63 lower-case letters, digits and inner hyphens; 'A b' was given",
    ],
  ])('names field, value, limit and mend: %s', (_what, schema, body, field, message) => {
    expect(refusalOf(schema, body)).toMatchObject({ [field]: message });
  });

  it('never repeats a password', () => {
    const said = refusalOf(userCreate, { password: 'secret' });
    expect(said).toMatchObject({ password: 'must have at least 10 characters' });
    expect(JSON.stringify(refusalOf(userCreate, { password: ['secret', 1234567] }))).not.toMatch(/secret|1234567/);
  });

  it.each([
    ['the null character', 'a\0b', 'U+0000'],
    ['half of a surrogate pair', 'a\ud800b', 'U+D800'],
  ])('refuses %s, which the database would', (_what, text, name) => {
    const attempt = () => checked(networkCreate, { spec: { model: { layers: [{ name: text }] } } });
    expect(attempt).toThrow(InvalidInput);
    expect(attempt).toThrow(`spec.model.layers.0.name: holds the character ${name}`);
    expect(() => checked(networkCreate, { [text]: 1 })).toThrow(InvalidInput);
  });

  it('takes every other text, and bodies nested as deep as they come', () => {
    expect(checked(z.any(), { name: 'Ünï 名前 🧲\n' })).toEqual({ name: 'Ünï 名前 🧲\n' });
    const deep = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)) as unknown;
    expect(() => checked(z.unknown(), deep)).not.toThrow();
  });
});
