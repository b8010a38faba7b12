import { describe, expect, test } from '@jest/globals';
import { Cancelled } from '../../../../src/hosts/github-actions/cancellation.js';
import { describeFailure } from '../../../../src/hosts/github-actions/run.js';
import { UserError } from '../../../../src/kernel/errors.js';

describe('what a failed step says', () => {
  const cause = new Error('connect ECONNREFUSED');
  const mistake = new UserError('api-server-unreachable', 'The server can not be reached.', { cause });

  test("a user's mistake is said in its own words, without a stack", () => {
    expect(describeFailure(mistake, false)).toBe('The server can not be reached. [api-server-unreachable]');
  });

  test('debug logging adds the stack and every cause', () => {
    const said = describeFailure(mistake, true);
    expect(said).toMatch(
      /^The server can not be reached\. \[api-server-unreachable\]\n.*The server can not be reached\.\n\s+at .*\ncaused by Error: connect ECONNREFUSED\n\s+at /s,
    );
  });

  test('a full disk is no defect', () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', path: '/temp/x' });
    expect(describeFailure(full, false)).toMatch(/^The disk of this runner is full \(writing \/temp\/x\)\.\nMake room/);
  });

  test('a cancellation is no defect', () => {
    expect(describeFailure(new Cancelled('The workflow run was cancelled (SIGINT).'), false)).toBe(
      'The workflow run was cancelled (SIGINT). [cancelled]',
    );
  });

  test('a defect is called one, and shows its stack in debug only', () => {
    const defect = new TypeError('undefined is not a function');
    expect(describeFailure(defect, false)).toMatch(
      /^Unexpected error: undefined is not a function\nThis is a defect of d9-actions/,
    );
    expect(describeFailure(defect, false)).not.toMatch(/\n\s+at /);
    expect(describeFailure(defect, true)).toMatch(/TypeError: undefined is not a function\n\s+at /);
  });

  test.each(['just text', undefined, null, 7])('what is no error at all (%p) is said too', (thrown) => {
    expect(describeFailure(thrown, true)).toContain(`Unexpected error: ${thrown}`);
  });
});
