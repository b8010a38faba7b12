import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { USER_AGENT } from '../../../../../src/target/kubernetes/transport/user-agent.js';

test('the audit log of the API server names the version that really ran', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(USER_AGENT).toBe(`d9-actions/${version}`);
});
