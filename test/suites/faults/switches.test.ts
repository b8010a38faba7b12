import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { edited } from './sabotage/broken-module.js';
import { SWITCHES } from './sabotage/switches.js';

/** The drills take minutes; that a switch breaks nothing any more is known at once. */
test.each(SWITCHES.filter(({ how }) => 'edit' in how))('what $name breaks stands in its module once', ({ how }) => {
  if (!('edit' in how)) return;
  const { edit } = how;
  const text = readFileSync(new URL(`../../../${edit.module}`, import.meta.url), 'utf8');
  expect(edited(text, edit)).not.toBe(text);
});
