import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { load } from 'js-yaml';
import { systemClock } from '../../../src/kernel/clock.js';
import { connect } from '../../../src/platforms/kubernetes/access/connect.js';
import { kubeconfigOf } from '../../../src/platforms/kubernetes/access/kubeconfig.js';
import { LEASE } from '../../../src/platforms/kubernetes/api/kinds.js';
import { RECORD_ANNOTATION } from '../../../src/platforms/kubernetes/ledger/lease-record.js';
import { leaseLedger } from '../../../src/platforms/kubernetes/ledger/ledger.js';
import { sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import { anySignal, environmentOf, RecordingLog } from '../../src/platforms/kubernetes/bed.js';
import { someMemory } from '../../src/release/releases.js';
import type { LedgerBed } from './bed.js';

const NAME = 'd9-restaurant';

export async function startBed(): Promise<LedgerBed> {
  const fixture = await sandboxFixture();
  const kubeconfig = kubeconfigOf(load(readFileSync(fixture.bed.kubeconfig, 'utf8')), 'the kubeconfig', tmpdir());
  return {
    memory: someMemory(),
    async createApp() {
      const namespace = await fixture.createNamespace();
      const reach = (effects: { clock: typeof systemClock; log: RecordingLog }) =>
        connect({ kubeconfig, namespace }, { ...effects, environment: environmentOf() });
      const direct = reach({ clock: systemClock, log: new RecordingLog() });
      return {
        ledger: ({ clock, log }) =>
          leaseLedger(connect({ kubeconfig, namespace }, { clock, log, environment: environmentOf() }), 'restaurant'),
        forge: async (text) => {
          await direct.merge(LEASE, NAME, { metadata: { annotations: { [RECORD_ANNOTATION]: text } } }, anySignal());
        },
        text: async () => (await direct.read(LEASE, NAME, anySignal()))?.metadata?.annotations?.[RECORD_ANNOTATION],
        remove: async () => {
          const { uid = '' } = (await direct.read(LEASE, NAME, anySignal()))?.metadata ?? {};
          await direct.remove(LEASE, NAME, { uid }, anySignal());
        },
      };
    },
    close: () => fixture.close(),
  };
}
