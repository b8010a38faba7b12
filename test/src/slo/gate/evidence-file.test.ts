import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { recordTo } from '../../../../src/slo/gate/evidence-file.js';

test('evidence is recorded into a folder that is not there yet, line by line', () => {
  const base = mkdtempSync(join(tmpdir(), 'd9-evidence-'));
  const path = join(base, 'out', 'deeper', 'evidence.jsonl');
  const { record } = recordTo(path);
  for (const at of [1, 2]) record?.({ at } as never);
  expect(readFileSync(path, 'utf8')).toBe('{"at":1}\n{"at":2}\n');
  rmSync(base, { recursive: true });
});
