import { expect, test } from '@jest/globals';
import { TransportFailure } from '../../../../../src/http/failure.js';
import { ServerUnreachable } from '../../../../../src/platforms/kubernetes/api/server-unreachable.js';

const broken = new TransportFailure('reset', 'ECONNRESET', true, 'the connection broke (ECONNRESET)');

test('a server that hangs up is asked for by its scheme, where that is http', () => {
  expect(new ServerUnreachable('http://10.0.0.1:6443', broken).message).toContain('API servers speak https://');
  expect(new ServerUnreachable('https://10.0.0.1:6443', broken).message).toContain('that the cluster is up');
});
