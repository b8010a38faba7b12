import { expect, test } from '@jest/globals';
import * as library from '@kubernetes/client-node';
import { builtInFields } from './api/built-in-fields.js';

interface Model {
  getAttributeTypeMap(): ReadonlyArray<{ readonly baseName: string; readonly type: string }>;
}

test('the fields that the sandbox knows are those of the API', () => {
  const models = library as unknown as Record<string, Model>;
  for (const [type, fields] of Object.entries(builtInFields)) {
    const known = models[type]?.getAttributeTypeMap() ?? [];
    const written = known.map(
      ({ baseName, type: of }) => `${baseName}:${of.replace(/^\{ \[key: string\]: (.+); \}$/, 'Map<$1>')}`,
    );
    expect(`${type} ${fields}`).toBe(`${type} ${written.join(' ')}`);
  }
});
