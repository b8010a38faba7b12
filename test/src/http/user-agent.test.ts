import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { USER_AGENT } from '../../../src/http/user-agent.js';

test('the logs of a server name the version that really ran', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(USER_AGENT).toBe(`d9-actions/${version}`);
});
