import { expect, test } from '@jest/globals';
import type { V1Lease } from '@kubernetes/client-node';
import { systemClock } from '../../../../../src/kernel/clock.js';
import { ApiError, type Cluster } from '../../../../../src/platforms/kubernetes/api/cluster.js';
import { MANAGED_BY } from '../../../../../src/platforms/kubernetes/canary-objects/canary-objects.js';
import { acquire } from '../../../../../src/platforms/kubernetes/ledger/take-lease.js';
import { startTerm } from '../../../../../src/release/record/term.js';
import { anySignal, RecordingLog } from '../bed.js';

const OURS = 'shop/restaurant/4800/1/rollback@runner-2#ours';
const seen: V1Lease = {
  metadata: { name: 'd9-restaurant', labels: { ...MANAGED_BY }, annotations: {} },
  spec: { holderIdentity: 'shop/restaurant/4711/1/release@runner-1#theirs' },
};

test('a wish to give way that can not be written does not stop an undo: it waits as before, and takes the lock once it is free', async () => {
  const free: V1Lease = { ...seen, spec: {} };
  const cluster = {
    namespace: 'shop',
    merge: () => Promise.reject(new ApiError(403, 'Forbidden', 'leases "d9-restaurant" is forbidden')),
    until: (_kind: unknown, _selection: unknown, decide: (leases: readonly V1Lease[]) => unknown) =>
      Promise.resolve(decide([free])),
    read: () => Promise.resolve(free),
    patch: () => Promise.resolve({ ...free, spec: { holderIdentity: OURS } }),
  } as unknown as Cluster;
  const log = new RecordingLog();
  const effects = {
    cluster,
    clock: systemClock,
    log,
    signal: anySignal(),
    term: startTerm(systemClock),
    asksToYield: 'https://x/1',
  };
  expect((await acquire('d9-restaurant', OURS, seen, effects)).spec?.holderIdentity).toBe(OURS);
  expect(log.lines.join('\n')).toContain('It could not be asked to give way: leases "d9-restaurant" is forbidden');
});

test('of two that wait for one holder, the second does not take the lock from the first', async () => {
  const rival = 'shop/restaurant/4801/1/rollback@runner-3#rival';
  let tries = 0;
  const cluster = {
    namespace: 'shop',
    until: (_kind: unknown, _selection: unknown, decide: (leases: readonly V1Lease[]) => unknown) =>
      Promise.resolve(decide([{ ...seen, spec: {} }])),
    // The rival saw it first, and has given it back at the second look.
    read: () => Promise.resolve({ ...seen, spec: tries++ === 0 ? { holderIdentity: rival } : {} }),
    patch: (_kind: unknown, _name: string, operations: readonly { readonly value?: unknown }[]) => {
      expect(tries).toBe(2);
      return Promise.resolve({ ...seen, spec: operations[1]?.value });
    },
  } as unknown as Cluster;
  const effects = {
    cluster,
    clock: systemClock,
    log: new RecordingLog(),
    signal: anySignal(),
    term: startTerm(systemClock),
  };
  expect((await acquire('d9-restaurant', OURS, seen, effects)).spec?.holderIdentity).toBe(OURS);
});
