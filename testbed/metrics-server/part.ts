import path from 'node:path';
import { createUnlessThere } from '../bed/definitions.js';
import { buildGoProgram } from '../bed/go-program.js';
import { untilTrue } from '../bed/health.js';
import { kubeconfigFile } from '../bed/identities.js';
import { gatewayAddress } from '../bed/network.js';
import type { Part } from '../bed/part.js';
import { testbedSource } from '../bed/places.js';
import { startPart } from '../bed/processes.js';
import { Api } from '../client/api.js';

const name = 'metrics-server';
const namespace = 'kube-system';
const port = 4443;
const group = 'metrics.k8s.io';

const buildMetricsServer = () =>
  buildGoProgram({ name, module: testbedSource(name), package: 'sigs.k8s.io/metrics-server/cmd/metrics-server' });

/** What autoscalers know the CPU of pods from: asks the kubelets every 10 s, and answers as a part of the API server. */
export const metricsServer: Part = {
  name,
  prepare: buildMetricsServer,
  async start({ directory }) {
    const kubeconfig = kubeconfigFile(directory, name);
    const started = startPart(directory, name, await buildMetricsServer(), [
      ...['kubeconfig', 'authentication-kubeconfig', 'authorization-kubeconfig'].map((flag) => `--${flag}=${kubeconfig}`),
      `--secure-port=${port}`,
      `--cert-dir=${path.join(directory, name)}`,
      '--kubelet-insecure-tls',
      '--kubelet-preferred-address-types=InternalIP',
      // The least it takes, and that only with a shorter timeout.
      '--metric-resolution=10s',
      '--kubelet-request-timeout=5s',
    ]);
    await announce(directory);
    await untilTrue(directory, name, started, () => isServed(directory));
  },
  isHealthy: ({ directory }) => isServed(directory),
};

/** Has the API server pass on what is asked of the group. */
async function announce(directory: string): Promise<void> {
  const api = new Api(kubeconfigFile(directory, 'admin'));
  const core = `/api/v1/namespaces/${namespace}`;
  const slices = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
  await createUnlessThere(api, `${core}/services`, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { ports: [{ name: 'https', port: 443, targetPort: port }] },
  });
  const addresses = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name, labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    ports: [{ name: 'https', port }],
    // A loopback address would be refused; this one is in the same network, whatever runs the node.
    endpoints: [{ addresses: [gatewayAddress], conditions: { ready: true } }],
  };
  await createUnlessThere(api, slices, addresses);
  await createUnlessThere(api, '/apis/apiregistration.k8s.io/v1/apiservices', {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: `v1beta1.${group}` },
    spec: {
      group,
      version: 'v1beta1',
      service: { namespace, name },
      insecureSkipTLSVerify: true,
      groupPriorityMinimum: 100,
      versionPriority: 100,
    },
  });
  api.close();
}

/** Asked as its clients ask; before the first look at the kubelets there are no nodes. */
async function isServed(directory: string): Promise<boolean> {
  const api = new Api(kubeconfigFile(directory, 'admin'));
  const answer = await api.text('GET', `/apis/${group}/v1beta1/nodes`).catch(() => undefined);
  api.close();
  return answer !== undefined;
}
