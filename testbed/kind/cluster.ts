import { BedError } from '../bed/error.js';
import { run } from '../bed/run.js';

/** A kind cluster that runs. */
export interface KindCluster {
  /** First process of its only node's container, whose network namespace has the API server, the pods and the Services. */
  readonly pid: number;
  /** The administrator's, as kind gives it out: for use outside of the container. */
  readonly kubeconfig: string;
}

/** The cluster that `D9_KIND_CLUSTER` names; kind's own default else. */
const clusterName = () => process.env.D9_KIND_CLUSTER || 'kind';

/**
 * Finds the kind cluster that is to be used.
 * @throws BedError when there is none, or one that cannot serve: pods on a second node would not reach the bed's registry
 */
export async function findKindCluster(): Promise<KindCluster> {
  const name = clusterName();
  const nodes = (await run('kind', ['get', 'nodes', '--name', name])).split(/\s+/).filter(Boolean);
  const [node] = nodes;
  if (node === undefined)
    throw new BedError(
      `There is no kind cluster "${name}". Make it (kind create cluster --name ${name}), or name another one in D9_KIND_CLUSTER.`,
    );
  if (nodes.length > 1)
    throw new BedError(
      `The kind cluster "${name}" has ${nodes.length} nodes (${nodes.join(', ')}); the test bed needs one that has one.`,
    );
  const pid = Number(await run('docker', ['inspect', '--format', '{{.State.Pid}}', node]));
  if (!(pid > 0))
    throw new BedError(`The node ${node} of the kind cluster "${name}" does not run. Start it: docker start ${node}`);
  return { pid, kubeconfig: await run('kind', ['get', 'kubeconfig', '--name', name]) };
}
