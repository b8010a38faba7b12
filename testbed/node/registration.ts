import { type Api, isConflict } from '../client/api.js';
import { podsPerNode } from './addresses.js';
import { timestamp } from './pod-status.js';

/** Port of the kubelet's own server, see `serveLogs`. */
export const kubeletPort = 10250;

const leases = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';

/** Creates a fake node and says that it is ready. */
export async function registerNode(api: Api, name: string, address: string): Promise<void> {
  const labels = { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64' };
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name, labels } };
  await api.create('/api/v1/nodes', node).catch((error: unknown) => {
    if (!isConflict(error)) throw error;
  });
  const resources = { cpu: '64', memory: '256Gi', pods: String(podsPerNode), 'ephemeral-storage': '100Gi' };
  const now = timestamp();
  const ready = { type: 'Ready', status: 'True', reason: 'KubeletReady', lastHeartbeatTime: now, lastTransitionTime: now };
  const status = {
    capacity: resources,
    allocatable: resources,
    addresses: [
      { type: 'InternalIP', address },
      { type: 'Hostname', address: name },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: kubeletPort } },
    conditions: [ready],
  };
  await api.patch(`/api/v1/nodes/${name}/status`, { status });
  await renewLease(api, name);
}

/** Says that the node is alive; without it the controller manager declares it lost after 40 s. */
export async function renewLease(api: Api, name: string): Promise<void> {
  const renewTime = new Date().toISOString().replace('Z', '000Z');
  const metadata = { name };
  const spec = { holderIdentity: name, leaseDurationSeconds: 40, renewTime };
  const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec };
  await api.patch(`${leases}/${name}?fieldManager=node-player&force=true`, lease, 'application/apply-patch+yaml');
}
