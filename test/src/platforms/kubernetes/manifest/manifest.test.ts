import { expect, test } from '@jest/globals';
import { UserError } from '../../../../../src/kernel/errors.js';
import { withCanaryConfig } from '../../../../../src/platforms/kubernetes/canary-objects/canary-config.js';
import { passedOver } from '../../../../../src/platforms/kubernetes/manifest/passed-over.js';
import { type Manifest, readManifest } from '../../../../../src/platforms/kubernetes/manifest/read-manifest.js';

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
  ['a: [', /app.yml:1:5 is not YAML/],
  ['', /no Deployment \(apps\/v1\)/],
  ['{ apiVersion: argoproj.io/v1alpha1, kind: Rollout, metadata: { name: x } }', /Rollout x is released by Argo Rollouts/],
  [
    '{ apiVersion: apps/v1beta1, kind: Deployment, metadata: { name: x }, spec: { template: { spec: { containers: [] } } } }',
    /Deployment x has apiVersion apps\/v1beta1.*write apps\/v1/,
  ],
  ['{ apiVersion: v1, kind: Service, metadata: { name: x } }', /no Deployment \(apps\/v1\).* It has Service x\./],
  ['just text', /document 1 is not an object/],
  ['{ kind: ConfigMap }', /document 1 lacks apiVersion, kind or metadata.name/],
  [`${DEPLOYMENT}\n---\n{ apiVersion: keda.sh/v1alpha1, kind: ScaledObject, metadata: { name: x } }`, /ScaledObject x .*KEDA/],
  [`${DEPLOYMENT}\n---\n{ apiVersion: apps/v1, kind: DaemonSet, metadata: { name: x } }`, /DaemonSet x .*one pod on each node/],
  ['{ apiVersion: apps/v1, kind: Deployment, metadata: { name: x }, spec: {} }', /no spec.template with containers/],
  [`a: b\n${DEPLOYMENT.replace('restaurant:2', '{{ .Values.image }}')}`, /app.yml:6: this is a template .* Render it first/],
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
  const renamed = JSON.stringify(withCanaryConfig(template, [{ name: 'menu', data: {}, live: undefined }]));
  expect(renamed.match(/"name":"menu-canary"/g)).toHaveLength(5);
  expect(renamed).toContain('"secret":{"name":"menu"}');
  expect(renamed).toContain('"secretRef":{"name":"menu"}');
  expect(renamed).toContain('{"name":"other","configMap":{"name":"other"}}');
});

test('what is not YAML is named by its place, and never quoted: it may be the value of a Secret', () => {
  const content = '{ apiVersion: v1, kind: Secret, metadata: { name: db }, stringData: { password: hunter2: x } }\n';
  const error = (() => {
    try {
      return readManifest(content, 'app.yml');
    } catch (thrown) {
      return thrown as Error;
    }
  })() as Error;
  expect(error.message).toMatch(/^app.yml:1:\d+ is not YAML: /);
  expect(`${error.message} ${error.stack} ${String(error.cause)}`).not.toContain('hunter2');
});

const live = {
  deployment: {
    metadata: { name: 'menu' },
    spec: { replicas: 3, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } }, selector: {}, template: {} },
  },
  services: [
    { metadata: { name: 'menu' }, spec: { type: 'ClusterIP', ports: [{ port: 80, targetPort: 8080, protocol: 'TCP' }] } },
  ],
};
const described = (spec: object, services: object[] = [], deployments: object[] = []) =>
  ({
    path: 'app.yml',
    configMaps: [],
    others: ['Secret db'],
    deployments: [
      { metadata: { name: 'menu' }, spec: { selector: { matchLabels: {} }, template: { a: 1 }, ...spec } },
      ...deployments,
    ],
    services,
  }) as unknown as Manifest;

test('what a manifest says and a release leaves alone is named, one by one', () => {
  const worker = { metadata: { name: 'worker' }, spec: {} };
  const services = [
    { metadata: { name: 'menu' }, spec: { ports: [{ port: 80, targetPort: 9999 }] } },
    { metadata: { name: 'menu-admin' }, spec: {} },
  ];
  expect(passedOver(described({ replicas: 5, minReadySeconds: 3 }, services, [worker]), live as never)).toEqual([
    'replicas of Deployment menu (5 in the file, 3 in the cluster)',
    'minReadySeconds of Deployment menu (3 in the file, none in the cluster)',
    'Deployment worker',
    'ports of Service menu',
    'Service menu-admin',
    'Secret db',
  ]);
});

test('what is as the file has it is not named, whatever the server has added to it', () => {
  const services = [{ metadata: { name: 'menu' }, spec: { ports: [{ port: 80, targetPort: 8080 }] } }];
  expect(passedOver(described({ replicas: 3, strategy: { rollingUpdate: { maxSurge: 1 } } }, services), live as never)).toEqual([
    'Secret db',
  ]);
});
