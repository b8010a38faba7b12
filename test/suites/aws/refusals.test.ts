import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { AwsRefusal } from '../../../testbed/aws/aws-server.js';
import { type Account, type DeployedFunction, startAccount } from '../../../testbed/aws/functions.js';
import { AwsJob } from './aws-job.js';

let account: Account;
let app: DeployedFunction;
beforeAll(async () => {
  account = await startAccount();
});
afterAll(() => account.close());
beforeEach(async () => {
  account.aws.fate = () => 'answered';
  app = await account.createFunction();
});

const FIRST = { version: '2', weight: '10' };
const job = (run?: ConstructorParameters<typeof AwsJob>[2]) => new AwsJob(account, app, run);

/** How many requests since then may have changed something. */
const writesSince = (since: number) =>
  account.aws.requests.slice(since).filter(({ action }) => action === 'lambda:PUT' || action === 'dynamodb:UpdateItem').length;

/** A step that is refused before it has changed anything. */
async function refusedBeforeAnyWrite(given: Readonly<Record<string, string>>): Promise<unknown> {
  const since = account.aws.requests.length;
  const error = await job()
    .canaryStep(given)
    .catch((refusal: unknown) => refusal);
  expect(writesSince(since)).toBe(0);
  expect(await app.serving()).toEqual({ 1: 100 });
  return error;
}

describe('nothing is written', () => {
  test.each([
    [
      'with credentials of another account',
      { ...FIRST, account: '210987654321' },
      'aws-account-other',
      /123456789012.*210987654321/s,
    ],
    ['without a function of that name', { ...FIRST, function: 'order' }, 'lambda-alias-missing', /order.*eu-central-1/s],
    ['without an alias of that name', { ...FIRST, alias: 'prod' }, 'lambda-alias-missing', /prod/],
    ['for a version that was never published', { ...FIRST, version: '17' }, 'lambda-version-missing', /17/],
    ['for $LATEST', { ...FIRST, version: '$LATEST' }, 'input-invalid', /publish/],
    ['without a version', { weight: '10' }, 'lambda-version-needed', /`version`/],
    [
      'without the table',
      { ...FIRST, 'record-table': 'no-such-table' },
      'record-table-missing',
      /create-table --table-name no-such-table/,
    ],
    ['over an address in the clear', { ...FIRST, 'api-url': 'http://example.org' }, 'input-invalid', /https/],
    ["with another platform's input", { ...FIRST, image: 'orders:2' }, 'input-of-other-platform', /`image`.*kubernetes/],
    ['with objectives that nothing could judge', { ...FIRST, slo: 'package.json' }, undefined, /./],
  ])('%s', async (_, given, code, text) => {
    const error = await refusedBeforeAnyWrite(given);
    if (code !== undefined) expect(error).toMatchObject({ code });
    expect(String((error as Error).message)).toMatch(text);
  });

  test.each([
    [
      'a denial',
      { status: 403, type: 'AccessDeniedException', message: 'with an explicit deny in a service control policy' },
      'aws-denied',
    ],
    [
      'expired credentials',
      { status: 403, type: 'ExpiredTokenException', message: 'The security token is expired' },
      'aws-credentials-refused',
    ],
  ])('after %s', async (_, fate: AwsRefusal, code) => {
    account.aws.fate = ({ action, sender }) => (sender !== '' && action === 'lambda:GET' ? fate : 'answered');
    expect(await refusedBeforeAnyWrite(FIRST)).toMatchObject({ code, message: expect.stringContaining(fate.message) });
  });

  test('for an alias that somebody else shares', async () => {
    await app.move('1', { 3: 0.05 });
    const since = account.aws.requests.length;
    await expect(job().canaryStep(FIRST)).rejects.toMatchObject({ code: 'lambda-alias-splits-already' });
    expect(writesSince(since)).toBe(0);
    expect(await app.serving()).toEqual({ 1: 95, 3: 5 });
  });

  test('in a dry run, which says what would be', async () => {
    const dry = job();
    const since = account.aws.requests.length;
    await dry.canaryStep({ ...FIRST, 'dry-run': 'true' });
    expect(writesSince(since)).toBe(0);
    expect(dry.log.lines.join('\n')).toContain('from version 1 to version 1 and version 2 (10 %)');
  });
});

test('a share that AWS throttles is given all the same', async () => {
  let left = 4;
  account.aws.fate = ({ action }) =>
    action === 'lambda:PUT' && left-- > 0
      ? { status: 429, type: 'TooManyRequestsException', message: 'Rate exceeded' }
      : 'answered';
  await job().canaryStep(FIRST);
  expect(left).toBe(-1);
  expect(await app.serving()).toEqual({ 1: 90, 2: 10 });
});

test('the record is read as it is at that moment, never as it was a second ago', async () => {
  const since = account.aws.requests.length;
  await job().canaryStep(FIRST);
  const reads = account.aws.requests.slice(since).filter(({ action }) => action === 'dynamodb:GetItem');
  expect(reads.length).toBeGreaterThan(0);
  for (const { body } of reads) expect(JSON.parse(body)).toMatchObject({ ConsistentRead: true });
});

test('an alias that somebody moves during the release is not written over, and only the new version is taken out of it', async () => {
  await job().canaryStep(FIRST);
  await app.move('3', { 2: 0.5 });
  await expect(job().canaryStep({ weight: '40' })).rejects.toMatchObject({ code: 'lambda-alias-changed' });
  expect(await app.serving()).toEqual({ 2: 50, 3: 50 });
  const undoing = job();
  await undoing.canaryStep({ weight: '0' });
  expect(await app.serving()).toEqual({ 3: 100 });
  expect(undoing.log.lines.join('\n')).toMatch(/version 3.*it stays/);
});

test('a promotion is not taken back from a version that came after it', async () => {
  await job().canaryStep(FIRST);
  await job().canaryStep({ weight: '100' });
  await app.move('3');
  await expect(job().rollback({ scope: 'any' })).rejects.toMatchObject({ code: 'lambda-alias-changed' });
  expect(await app.serving()).toEqual({ 3: 100 });
});

test('a version that has gone out with what can not be taken back stays', async () => {
  await job().canaryStep({ ...FIRST, irreversible: 'true' });
  await job().canaryStep({ weight: '100' });
  await expect(job().rollback()).rejects.toMatchObject({ code: 'release-irreversible' });
  expect(await app.serving()).toEqual({ 2: 100 });
});

test('an abort goes without what it does not need, whatever is written there', async () => {
  await job().canaryStep(FIRST);
  const undoing = job();
  await undoing.canaryStep({ weight: '0', image: 'orders:2', version: 'latest' });
  expect(await app.serving()).toEqual({ 1: 100 });
  expect(undoing.log.lines.join('\n')).toContain('`image`');
});

test('a version that the alias names already is nothing to do, and later steps of the run know it', async () => {
  await app.move('2');
  expect(await job().canaryStep(FIRST)).toMatchObject({ phase: 'none' });
  expect(await job().canaryStep({ weight: '100' })).toMatchObject({ phase: 'none' });
  expect(await app.serving()).toEqual({ 2: 100 });
});

test('a function of a CloudFormation stack is released with a warning', async () => {
  app = await account.createFunction({ tags: { 'aws:cloudformation:stack-name': 'orders-stack' } });
  const warned = job();
  await warned.canaryStep(FIRST);
  expect(warned.log.lines.join('\n')).toContain('orders-stack');
});
