import { expect, test } from '@jest/globals';
import { UserError } from '../../../../src/action/errors.js';
import { readManifest } from '../../../../src/target/kubernetes/manifest/read-manifest.js';
import { withCanaryConfig } from '../../../../src/target/kubernetes/workload/canary-config.js';

const DEPLOYMENT = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: restaurant }
spec: { selector: {}, template: { spec: { containers: [{ name: app, image: restaurant:2 }] } } }
`;

test('documents, empty ones between them, and Lists are read; what a release has no use for is named', () => {
  const config = '{ apiVersion: v1, kind: ConfigMap, metadata: { name: menu }, data: { a: b } }';
  const list = `{ apiVersion: v1, kind: List, items: [${config}, { apiVersion: v1, kind: Secret, metadata: { name: key } }] }`;
  const manifest = readManifest(`---\n${DEPLOYMENT}\n---\n---\n${list}\n`, 'app.yml');
  expect(manifest.deployments.map(({ metadata }) => metadata?.name)).toEqual(['restaurant']);
  expect(manifest.configMaps).toMatchObject([{ data: { a: 'b' } }]);
  expect(manifest.others).toEqual(['Secret key']);
});

test.each([
  ['a: [', /app.yml is not YAML/],
  ['', /no Deployment \(apps\/v1\)/],
  ['just text', /document 1 is not an object/],
  ['{ kind: ConfigMap }', /document 1 lacks apiVersion, kind or metadata.name/],
  [`${DEPLOYMENT}\n---\n{ apiVersion: keda.sh/v1alpha1, kind: ScaledObject, metadata: { name: x } }`, /ScaledObject x .*KEDA/],
  [`${DEPLOYMENT}\n---\n{ apiVersion: apps/v1, kind: DaemonSet, metadata: { name: x } }`, /DaemonSet x .*one pod on each node/],
  ['{ apiVersion: apps/v1, kind: Deployment, metadata: { name: x }, spec: {} }', /no spec.template with containers/],
])('%j is refused with what is wrong', (content, message) => {
  expect(() => readManifest(content, 'app.yml')).toThrow(UserError);
  expect(() => readManifest(content, 'app.yml')).toThrow(message);
});

test("the canary's pods name the canary's ConfigMaps wherever a pod can name one, and no other object of that name", () => {
  const template = {
    spec: {
      volumes: [
        { name: 'menu', configMap: { name: 'menu' } },
        { name: 'all', projected: { sources: [{ configMap: { name: 'menu' } }, { secret: { name: 'menu' } }] } },
        { name: 'other', configMap: { name: 'other' } },
      ],
      containers: [
        {
          name: 'app',
          envFrom: [{ configMapRef: { name: 'menu' } }, { secretRef: { name: 'menu' } }],
          env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'menu', key: 'a' } } }],
        },
      ],
      initContainers: [{ name: 'menu', env: [{ name: 'B', valueFrom: { configMapKeyRef: { name: 'menu', key: 'b' } } }] }],
    },
  };
  const renamed = JSON.stringify(withCanaryConfig(template, [{ name: 'menu', data: {} }]));
  expect(renamed.match(/"name":"menu-canary"/g)).toHaveLength(5);
  expect(renamed).toContain('"secret":{"name":"menu"}');
  expect(renamed).toContain('"secretRef":{"name":"menu"}');
  expect(renamed).toContain('{"name":"other","configMap":{"name":"other"}}');
});
