import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { AwsRequest, Fate } from '../../../testbed/aws/aws-server.js';
import { type Account, type DeployedFunction, startAccount } from '../../../testbed/aws/functions.js';
import { AwsJob } from './aws-job.js';

let account: Account;
/** What becomes of the requests of each case; the first that has something to say decides. */
const rules = new Set<(request: AwsRequest) => Fate | Promise<Fate> | undefined>();

beforeAll(async () => {
  account = await startAccount();
  account.aws.fate = (request) => {
    for (const rule of rules) {
      const fate = rule(request);
      if (fate !== undefined) return fate;
    }
    return 'answered';
  };
});
afterAll(() => account.close());

/** The steps of a release, each from where the one before it has led. */
const STEPS = [
  { name: 'the first share', before: [], given: { version: '2', weight: '10' }, asked: { 1: 90, 2: 10 } },
  {
    name: 'a further share',
    before: [{ version: '2', weight: '10' }],
    given: { weight: '40' },
    asked: { 1: 60, 2: 40 },
  },
  {
    name: 'the promotion',
    before: [{ version: '2', weight: '10' }],
    given: { weight: '100' },
    asked: { 2: 100 },
  },
];
type Step = (typeof STEPS)[number];

const BEFORE = { 1: 100 };

/** Functions that a case is done with: a new one costs more than the case. */
const idle: DeployedFunction[] = [];

async function giveBack(app: DeployedFunction): Promise<void> {
  await app.move('1');
  await app.removeRecord();
  idle.push(app);
}

async function begun({ before }: Step): Promise<{ readonly app: DeployedFunction; readonly job: AwsJob }> {
  const app = idle.pop() ?? (await account.createFunction());
  const job = new AwsJob(account, app);
  for (const given of before) await job.canaryStep(given);
  return { app, job };
}

/** How many requests a step sends when nothing happens to it. */
async function requestsOf(step: Step): Promise<number> {
  const { job } = await begun(step);
  const since = account.aws.requests.length;
  await job.canaryStep(step.given);
  return account.aws.requests.slice(since).filter((request) => job.sent(request)).length;
}

/** Cuts the newest process of a job at one of its requests. */
function cutAt(job: AwsJob, at: number, fate: (request: AwsRequest) => Fate | Promise<Fate>) {
  let count = 0;
  const rule = (request: AwsRequest) => {
    if (!job.sent(request)) return undefined;
    count += 1;
    return count === at ? fate(request) : undefined;
  };
  rules.add(rule);
  return { end: () => rules.delete(rule) };
}

const NEVER = new Promise<never>(() => {});

/** Runs a step in a process that dies at one of its requests, which is carried out or not; none of its later requests is sent. */
async function killedAt(job: AwsJob, step: Step, at: number, isCarriedOut: boolean): Promise<void> {
  let count = 0;
  const dead = gate();
  let process = '';
  rules.add((request) => {
    if (process === '' && job.sent(request)) process = request.sender;
    if (process === '' || request.sender !== process) return undefined;
    count += 1;
    if (count < at) return undefined;
    if (count > at) return NEVER;
    dead.open();
    return isCarriedOut ? 'lost-after' : NEVER;
  });
  await Promise.race([dead.opened, job.canaryStep(step.given).catch(() => undefined)]);
}

/** As many at a time as the one server of all answers in time. */
async function each<T>(cases: readonly T[], run: (each: T) => Promise<void>): Promise<void> {
  const left = [...cases];
  const worker = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await run(next);
  };
  await Promise.all(Array.from({ length: 8 }, worker));
}

describe.each(STEPS)('$name', (step) => {
  test('is given whichever request is lost, or its answer', async () => {
    const cases = Array.from({ length: await requestsOf(step) }, (_, index) => index + 1).flatMap((at) =>
      (['lost-before', 'lost-after'] as const).map((fate) => ({ at, fate })),
    );
    expect(cases.length).toBeGreaterThan(10);
    await each(cases, async ({ at, fate }) => {
      const { app, job } = await begun(step);
      const cut = cutAt(job, at, () => fate);
      await job.canaryStep(step.given);
      cut.end();
      expect({ at, fate, serving: await app.serving() }).toEqual({ at, fate, serving: step.asked });
      await giveBack(app);
    });
  });

  // A further share is written by what writes the first one.
  const others = step.name === 'a further share' ? [] : ['a rollback by another run', 'the next attempt'];
  test.each(['post', ...others])('%s ends it as asked or as before, killed at whichever request', async (who) => {
    const all = Array.from({ length: await requestsOf(step) }, (_, index) => index + 1);
    // Whoever has to wait for the end of the lock meets each request in one of the two ways.
    const cases = all.flatMap((at) =>
      [false, true]
        .filter((isCarriedOut) => who === 'post' || isCarriedOut === (at % 2 === 0))
        .map((isCarriedOut) => ({ at, isCarriedOut })),
    );
    await each(cases, async ({ at, isCarriedOut }) => {
      const { app, job } = await begun(step);
      await killedAt(job, step, at, isCarriedOut);
      const saw = { at, who, isCarriedOut };
      if (who === 'the next attempt') {
        await new AwsJob(account, app, { attempt: '2' }).canaryStep({ version: '2', ...step.given });
        expect({ ...saw, serving: await app.serving() }).toEqual({ ...saw, serving: step.asked });
        await giveBack(app);
        return;
      }
      if (who === 'post') await job.post();
      else await new AwsJob(account, app, { run: '9' }).rollback({ scope: 'any' });
      const { latest } = JSON.parse((await app.record()) ?? '{}') as { readonly latest?: { readonly phase: string } };
      // What was promoted on record before the process died is no business of post, and a rollback takes it back.
      const expected = latest?.phase === 'promoted' ? step.asked : BEFORE;
      expect({ ...saw, serving: await app.serving() }).toEqual({ ...saw, serving: expected });
      expect(latest?.phase ?? 'aborted').toMatch(/^(promoted|aborted|rolled-back)$/);
      await giveBack(app);
    });
  });
});

describe('a holder that sleeps through the end of its lock', () => {
  test('has its late change of the alias refused, and stops', async () => {
    const app = await account.createFunction();
    const sleeper = new AwsJob(account, app);
    const [asleep, woken] = [gate(), gate()];
    let isAsleep = false;
    rules.add((request) => {
      if (!sleeper.sent(request) || (request.action !== 'lambda:PUT' && !isAsleep)) return undefined;
      isAsleep = true;
      asleep.open();
      return woken.opened.then(() => 'answered' as const);
    });
    const slept = sleeper.canaryStep({ version: '2', weight: '10' });
    slept.catch(() => undefined);
    await asleep.opened;
    expect(await new AwsJob(account, app, { run: '9' }).rollback({ scope: 'any' })).toBe('aborted');
    woken.open();
    await expect(slept).rejects.toThrow(/9|lock/);
    expect(await app.serving()).toEqual(BEFORE);
  });
});

describe('two runs at once', () => {
  test.each(Array.from({ length: 8 }, (_, seed) => seed))('end with the release of one of them, or none (%s)', async (seed) => {
    const app = await account.createFunction();
    const runs = ['2', '3'].map((version, index) => ({ version, job: new AwsJob(account, app, { run: `${index + 1}` }) }));
    // One of them is slower at one of its requests than the other.
    let count = 0;
    rules.add((request) => {
      if (!runs[seed % 2]?.job.sent(request)) return undefined;
      count += 1;
      return count === 2 + seed
        ? new Promise((resolve) => setImmediate(() => setImmediate(() => resolve('answered'))))
        : undefined;
    });
    const ended = await Promise.allSettled(runs.map(({ job, version }) => job.canaryStep({ version, weight: '20' })));
    const winners = runs.filter((_, index) => ended[index]?.status === 'fulfilled').map(({ version }) => version);
    expect(winners.length).toBe(1);
    expect(await app.serving()).toEqual({ 1: 80, [winners[0] ?? '']: 20 });
    for (const each of ended)
      if (each.status === 'rejected')
        expect(each.reason).toMatchObject({ code: expect.stringMatching(/app-being-worked-on|release-of-another-run/) });
  });
});

function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}
