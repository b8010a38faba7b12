import { expect, test } from '@jest/globals';
import { managerOf } from '../../../../../src/platforms/kubernetes/surroundings/managed-by.js';

test.each([
  ['Argo CD', { annotations: { 'argocd.argoproj.io/tracking-id': 'shop:apps/Deployment:shop/restaurant' } }],
  ['Argo CD', { labels: { 'argocd.argoproj.io/instance': 'shop' } }],
  ['Argo CD', { managedFields: [{ manager: 'argocd-controller', operation: 'Apply' }] }],
  ['Flux', { labels: { 'kustomize.toolkit.fluxcd.io/name': 'shop', 'kustomize.toolkit.fluxcd.io/namespace': 'flux' } }],
  ['Flux', { labels: { 'helm.toolkit.fluxcd.io/name': 'shop' }, annotations: { 'meta.helm.sh/release-name': 'shop' } }],
  ['Helm', { annotations: { 'meta.helm.sh/release-name': 'shop' }, labels: { 'app.kubernetes.io/managed-by': 'Helm' } }],
  ['Helm', { managedFields: [{ manager: 'helm', operation: 'Apply' }] }],
])('%s is recognized by what it leaves on its objects', (tool, metadata) => {
  expect(managerOf(metadata)?.tool).toBe(tool);
});

test('kubectl keeps nothing as it is', () => {
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{}' };
  expect(managerOf({ annotations, managedFields: [{ manager: 'kubectl', operation: 'Apply' }] })).toBeUndefined();
  expect(managerOf(undefined)).toBeUndefined();
});
