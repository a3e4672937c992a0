import { networkDescribe } from '@ratchet/contracts';
import { parseKeras, specOf, type NetworkForm } from './network.form';

const input = { width: 28, height: 28, channels: 1 } as const;
const form = (spec: NetworkForm['spec']): Partial<NetworkForm> => ({ spec, input, classes: 10 });

it('a picked zoo entry becomes a body the API accepts; emptied arguments are left to their defaults', () => {
  const body = specOf(form({ kind: 'zoo', name: 'mlp', args: { units: 64, dropout: null } }));
  expect(networkDescribe.parse(body)).toEqual({
    spec: { kind: 'zoo', name: 'mlp', args: { units: 64 } },
    input,
    classes: 10,
  });
});

it('a pasted document becomes one too', () => {
  const body = specOf(form({ kind: 'keras', model: '{"class_name":"Sequential"}' }));
  expect(networkDescribe.parse(body).spec).toEqual({ kind: 'keras', model: { class_name: 'Sequential' } });
});

it('there is no body while something is missing', () => {
  expect(specOf(form({ kind: 'zoo' }))).toBeNull();
  expect(specOf(form({ kind: 'keras', model: '{' }))).toBeNull();
  expect(specOf({ spec: { kind: 'zoo', name: 'mlp' }, classes: 10 })).toBeNull();
});

it.each(['', '{', '[]', '"text"', 'null'])('parseKeras says what is wrong with %p', (text) => {
  expect(parseKeras(text)).toHaveProperty('problem');
});
