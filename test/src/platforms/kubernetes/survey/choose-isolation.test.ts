import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isolationCandidates } from '../../../../../src/platforms/kubernetes/canary-objects/canary-objects.js';
import { leakingServices } from '../../../../../src/platforms/kubernetes/surroundings/other-ways.js';
import type { Surroundings } from '../../../../../src/platforms/kubernetes/surroundings/read-surroundings.js';
import { withIsolation } from '../../../../../src/platforms/kubernetes/survey/choose-isolation.js';
import { someApp } from '../app/apps.js';

type Labels = Readonly<Record<string, string>>;

const NOTHING: Surroundings = {
  autoscalers: [],
  budgets: [],
  ingresses: [],
  policies: [],
  servicePolicies: [],
  monitors: [],
  canary: undefined,
};
const LABELS = { 'app.kubernetes.io/name': 'web', 'app.kubernetes.io/instance': 'shop', app: 'web', tier: 'front' };
const labelled = fc.subarray(Object.entries(LABELS), { minLength: 1 }).map((entries) => Object.fromEntries(entries));

const app = someApp({ labels: LABELS, matched: LABELS, selector: LABELS });
const named = (name: string, selector: Labels) => ({ metadata: { name }, spec: { selector } });
const budget = (matchLabels: Labels) => ({ metadata: { name: 'web' }, spec: { selector: { matchLabels }, minAvailable: 1 } });
const policy = (matchLabels: Labels) => ({
  kind: 'NetworkPolicy',
  metadata: { name: 'web' },
  spec: { podSelector: { matchLabels } },
});
const chosen = (services: ReturnType<typeof named>[], around: Partial<Surroundings> = {}) =>
  withIsolation({ app, services }, { ...NOTHING, ...around });

test('wherever a label keeps the canary out of every other Service, such a one sets it apart', () => {
  fc.assert(
    fc.property(fc.array(labelled, { maxLength: 4 }), (selectors) => {
      const services = selectors.map((selector, index) => named(`other-${index}`, selector));
      const isPossible = isolationCandidates(app).some(
        ([isolationKey]) => leakingServices(services, { ...app, isolationKey }).length === 0,
      );
      expect(leakingServices(services, chosen(services)).length === 0).toBe(isPossible);
    }),
  );
});

test('a budget over both versions is avoided where that costs nothing worse', () => {
  expect(chosen([], { budgets: [budget({ tier: 'front' })] }).isolationKey).toBe('tier');
  const internal = named('internal', { app: 'web' });
  expect(chosen([internal], { budgets: [budget({ tier: 'front' })] }).isolationKey).toBe('app');
});

test('a policy without the canary is worse than a Service that selects it: the one stops the release, the other is told', () => {
  const internal = named('internal', { app: 'web' });
  expect(chosen([internal], { policies: [policy({ app: 'web' })] }).isolationKey).not.toBe('app');
});
