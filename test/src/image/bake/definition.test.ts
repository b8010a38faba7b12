import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { escapeTemplate, readDefinition, unescapeTemplate, wantedTargets } from '../../../../src/image/bake/definition.js';

test('groups are opened, nested ones too, and each target is built once', () => {
  const definition = {
    group: { default: { targets: ['more', 'web'] }, more: { targets: ['api', 'web'] }, api: { targets: ['api-1', 'api-2'] } },
    target: { web: {}, 'api-1': {}, 'api-2': {}, base: {} },
  };
  expect(wantedTargets(definition)).toEqual(['api-1', 'api-2', 'web']);
});

test('a group may hold a target of its own name', () => {
  expect(wantedTargets({ group: { default: { targets: ['web'] }, web: { targets: ['web'] } }, target: { web: {} } })).toEqual([
    'web',
  ]);
  expect(wantedTargets({ group: { default: { targets: ['default'] } }, target: { default: {} } })).toEqual(['default']);
});

test('groups of any shape come to an end, with targets that exist', () => {
  const word = fc.constantFrom('default', 'a', 'b', 'c', '__proto__', 'toString');
  fc.assert(
    fc.property(
      fc.dictionary(word, fc.record({ targets: fc.option(fc.array(word)) })),
      fc.subarray(['a', 'b', 'c']),
      (group, names) => {
        const wanted = wantedTargets({ group, target: Object.fromEntries(names.map((one) => [one, {}])) });
        expect(names).toEqual(expect.arrayContaining(wanted));
        expect(new Set(wanted).size).toBe(wanted.length);
      },
    ),
  );
});

test('what is not printed as a plan is not taken for one', () => {
  expect(() => readDefinition('')).toThrow(/printed no plan/);
  expect(() => readDefinition('[]')).toThrow(/printed no plan/);
});

test('no value can become a template of buildx, and each comes back as it was', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[$%{}a]{0,12}$/), (text) => {
      const escaped = escapeTemplate(text);
      expect(unescapeTemplate(escaped)).toBe(text);
      expect(escaped.replaceAll('$${', ' ').replaceAll('%%{', ' ')).not.toMatch(/[$%]\{/);
    }),
  );
  expect(escapeTemplate(`$${'{TOKEN}'}`)).toBe(`$$${'{TOKEN}'}`);
});
