import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ClientKind, Outcome, Sent } from './outcome.js';
import { type Counts, type Snapshot, Tally } from './tally.js';

const outcomes = fc.oneof(
  fc.record({ version: fc.constantFrom('v1', 'v2', 'v3'), status: fc.constantFrom(200, 302, 404, 500, 503) }),
  fc.record({ lost: fc.constantFrom('reset', 'refused', 'timeout', '502', '404') }),
) as fc.Arbitrary<Outcome>;

const requests: fc.Arbitrary<Sent[]> = fc.array(
  fc
    .record({
      sentAt: fc.integer({ min: 1_000, max: 9_000 }),
      tookMs: fc.integer({ min: 0, max: 3_000 }),
      client: fc.constantFrom<ClientKind>('keep-alive', 'new', 'sticky', 'header'),
      service: fc.constantFrom('stable', 'canary'),
      outcome: outcomes,
    })
    .map(({ tookMs, ...rest }) => ({ ...rest, dueAt: rest.sentAt, endedAt: rest.sentAt + tookMs })),
);

function tallied(sent: readonly Sent[]): Tally {
  const tally = new Tally();
  for (const request of sent) tally.add(request);
  return tally;
}

function sum(counts: Iterable<Counts>): Counts {
  const total = { sent: 0, ok: 0, failed: 0, lost: 0 };
  for (const each of counts) for (const key of Object.keys(total) as (keyof Counts)[]) total[key] += each[key];
  return total;
}

/** True when nothing was counted twice or not at all. */
function addsUp({ total, versions, services, clients, reasons }: Snapshot): void {
  for (const { sent, ok, failed, lost } of [total, ...Object.values(versions)]) expect(sent).toBe(ok + failed + lost);
  const lost = Object.values(reasons).reduce((all, count) => all + count, 0);
  expect(lost).toBe(total.lost);
  expect(sum(Object.values(versions))).toEqual({ ...total, sent: total.sent - lost, lost: 0 });
  expect(sum(Object.values(services))).toEqual(total);
  expect(sum(Object.values(clients).map((kind) => kind.total))).toEqual(total);
}

test('every request is ok, failed or lost, in the total and in every part of it', () => {
  fc.assert(
    fc.property(requests, (sent) => {
      const tally = tallied(sent);
      expect(tally.snapshot().total.sent).toBe(sent.length);
      addsUp(tally.snapshot());
    }),
  );
});

test('phases that follow one another hold each request once', () => {
  const cuts = fc.array(fc.integer({ min: 1_000, max: 9_000 }), { maxLength: 4 });
  fc.assert(
    fc.property(requests, cuts, (sent, times) => {
      const tally = tallied(sent);
      const ends = [0, ...times.toSorted((a, b) => a - b), 10_000];
      const phases = ends.slice(1).map((end, index) => tally.between(ends[index] ?? 0, end));
      for (const phase of phases) addsUp(phase);
      expect(sum(phases.map(({ total }) => total))).toEqual(tally.snapshot().total);
      expect(sum(tally.seconds(1_000).map(({ total }) => total))).toEqual(tally.snapshot().total);
    }),
  );
});

const request = (sentAt: number, outcome: Outcome): Sent => {
  const took = { dueAt: sentAt, sentAt, endedAt: sentAt + 5 };
  return { ...took, client: 'keep-alive', service: 'stable', outcome };
};

test('the first and the last bad answer are known by version, and lost requests apart', () => {
  const tally = tallied([
    request(100, { version: 'v2', status: 200 }),
    request(200, { version: 'v2', status: 500 }),
    request(300, { lost: 'reset' }),
    request(400, { version: 'v2', status: 503 }),
    request(500, { version: 'v1', status: 404 }),
  ]);
  const { bad, versions } = tally.snapshot();
  expect(bad).toEqual({ failed: { v2: { firstAt: 205, lastAt: 405 } }, lost: { firstAt: 305, lastAt: 305 } });
  expect(versions.v1).toEqual({ sent: 1, ok: 1, failed: 0, lost: 0 });
});
