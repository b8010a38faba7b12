import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { inputVariable, readInputs, secretsIn } from '../../../../src/hosts/github-actions/read-inputs.js';
import { defineAction } from '../../../../src/kernel/define.js';
import type { Environment } from '../../../../src/kernel/environment.js';
import { UserError } from '../../../../src/kernel/errors.js';
import { duration, flag, oneOf, percent, text } from '../../../../src/kernel/input-kinds.js';

const action = defineAction({
  name: 'canary-step',
  summary: 's',
  inputs: {
    weight: percent({ text: 'Share of the traffic.', required: true }),
    'hold-for': duration({ text: 'How long it is held.', default: '6h' }),
    router: oneOf(['auto', 'replicas'], { text: 'What splits.', default: 'auto' }),
    'take-over': flag({ text: 'Whether.', default: 'false' }),
    image: text({ text: 'Image.' }),
    token: text({ text: 'Token.', secret: true }),
  },
  outputs: {},
  conflicts: ({ weight, image }) => (weight === 0 && image !== undefined ? ['`image` is of no use with `weight: 0`.'] : []),
});

const environment = (given: Record<string, string>): Environment => ({
  variables: Object.fromEntries(Object.entries(given).map(([name, value]) => [inputVariable(name), value])),
  workspace: '/nowhere',
  temporary: '/nowhere',
  debug: false,
});
const read = (given: Record<string, string>) => readInputs(action, environment(given));

test('inputs come parsed, under camel case, with the defaults filled in', async () => {
  expect(await read({ weight: ' 30 ', 'take-over': 'true' })).toEqual({
    weight: 30,
    holdFor: 21_600_000,
    router: 'auto',
    takeOver: true,
  });
});

test('an input that is left blank, as an unset expression leaves it, is as good as not given', async () => {
  expect(await read({ weight: '30', 'hold-for': '  ', image: '' })).toEqual(await read({ weight: '30' }));
  await expect(read({ weight: ' ' })).rejects.toThrow(
    'Input `weight` is missing. Share of the traffic. Allowed: percent (0–100).',
  );
});

test('everything that is wrong is reported at once, each with the input, the value and what is allowed', async () => {
  await expect(read({ weight: '30%', router: 'istio', 'hold-for': 'long', 'take-ower': 'true', colour: 'red' })).rejects.toThrow(
    new UserError(
      'input-unknown',
      [
        '5 things are wrong:',
        '1. Input `take-ower` is unknown. Did you mean `take-over`?',
        '2. Input `colour` is unknown. canary-step has: weight, hold-for, router, take-over, image, token.',
        '3. Input `weight`: "30%" is not a whole number from 0 to 100; write it without the % sign.',
        '4. Input `hold-for`: "long" is not a duration; write a number and a unit, such as 30s, 5m, 1h30m or 500ms.',
        '5. Input `router`: "istio" is not one of auto, replicas.',
      ].join('\n'),
    ),
  );
});

test('inputs that contradict each other are reported together with the bad ones', async () => {
  await expect(read({ weight: '0', image: 'a', router: 'x' })).rejects.toThrow(
    /2 things are wrong[\s\S]*not one of[\s\S]*is of no use/,
  );
});

test.each([
  ['wieght', 'weight'],
  ['hold-fro', 'hold-for'],
  ['take_over', 'take-over'],
  ['images', 'image'],
])('%s is a near miss of %s', async (given, meant) => {
  await expect(read({ weight: '1', [given]: 'x' })).rejects.toThrow(`Did you mean \`${meant}\`?`);
});

test.each([
  ['weight', '10％', '"10％" is not a whole number from 0 to 100; write it without the full-width % sign.'],
  ['weight', '１0', '"１0" is not a whole number from 0 to 100; "１" is a full-width digit; write the plain "1".'],
  ['hold-for', '5m，', /is not a duration;.*; "，" is a full-width comma; write the plain ","\.$/],
  ['router', '“auto”', /is not one of auto, replicas; "“" is a full-width quote; write the plain '"'\.$/],
])('a sign of another keyboard in %s (%s) is named', async (name, given, message) => {
  await expect(read({ weight: '1', [name]: given })).rejects.toThrow(message);
});

test('a required input that the runner passes empty may have an expression that gives nothing', async () => {
  await expect(read({ weight: '' })).rejects.toThrow(/missing\..*An expression that gives nothing leaves it empty\.$/);
  await expect(read({})).rejects.toThrow(/percent \(0–100\)\.$/);
});

test('a defect in a parser is not dressed up as a mistake of the user', async () => {
  const parse = () => {
    throw new TypeError('undefined is not a function');
  };
  const broken = defineAction({ name: 'a', summary: 's', inputs: { a: { text: 't', type: 't', parse } }, outputs: {} });
  await expect(readInputs(broken, environment({ a: 'x' }))).rejects.toThrow(TypeError);
});

test('the values of secret inputs, and no others, are known before anything is printed', () => {
  expect(secretsIn(action, environment({ token: 'hunter22', image: 'public' }))).toEqual(['hunter22']);
  expect(secretsIn(action, environment({}))).toEqual([]);
});

test('whatever is written into the inputs, the answer is values or one message that names what is bad', async () => {
  const names = Object.keys(action.inputs);
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fc.constantFrom(...names, 'weigth', 'nonsense'), fc.string()), async (given) => {
      try {
        expect((await read(given)).weight).toBeGreaterThanOrEqual(0);
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
        expect((error as UserError).message).toMatch(/`[a-z-]+`/);
      }
    }),
  );
});

test('inputs of another action are unknown together, and what there is instead is listed once', async () => {
  const given = { manifests: 'k8s', percentage: '20', strategy: 'canary', 'take-ower': 'true' };
  const error = await read(given).catch((thrown: unknown) => thrown as Error);
  expect((error as Error).message).toContain('Inputs `manifests`, `percentage`, `strategy` are unknown. canary-step has: ');
  expect((error as Error).message.match(/canary-step has: /g)).toHaveLength(1);
  expect((error as Error).message).toContain('Did you mean `take-over`?');
});

test('a word of another action is answered with the input that does the same here', async () => {
  const action = defineAction({
    name: 'build',
    summary: 's',
    inputs: { file: text({ text: 't' }), tags: text({ text: 't' }) },
    outputs: {},
    elsewhere: { dockerfile: 'file', imageTags: 'tags' },
  });
  const variables = { INPUT_DOCKERFILE: 'x' };
  await expect(readInputs(action, { variables, workspace: '/', temporary: '/', debug: false })).rejects.toThrow(
    'Input `dockerfile` is unknown. Did you mean `file`?',
  );
  const inCapitals = { INPUT_IMAGETAGS: 'x' };
  await expect(readInputs(action, { variables: inCapitals, workspace: '/', temporary: '/', debug: false })).rejects.toThrow(
    'Input `imageTags` is unknown. Did you mean `tags`?',
  );
});
