import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createUnlessThere } from '../bed/definitions.js';
import { buildGoProgram } from '../bed/go-program.js';
import { answers, untilTrue } from '../bed/health.js';
import { kubeconfigFile } from '../bed/identities.js';
import type { Part } from '../bed/part.js';
import { testbedSource } from '../bed/places.js';
import { startPart } from '../bed/processes.js';
import { Api } from '../client/api.js';
import { configurationOf } from './configuration.js';

const name = 'prometheus';
const address = 'http://127.0.0.1:9090';
const isHealthy = () => answers(`${address}/-/ready`);

/**
 * Compiles Prometheus unless the cache has it: about two minutes of two cores. Debian's package is built without the discovery of Kubernetes'
 * pods; this has that one alone.
 */
const buildPrometheus = () =>
  buildGoProgram({
    name,
    module: testbedSource('prometheus'),
    package: 'github.com/prometheus/prometheus/cmd/prometheus',
    tags: ['remove_all_sd', 'enable_kubernetes_sd'],
  });

/** Prometheus on 127.0.0.1:9090, scraping pods and router each second. */
export const prometheus: Part = {
  name,
  prepare: buildPrometheus,
  async start({ directory }) {
    await allowPods(directory);
    const configuration = path.join(directory, 'prometheus.json');
    await writeFile(configuration, JSON.stringify(configurationOf(kubeconfigFile(directory, name))));
    const started = startPart(directory, name, await buildPrometheus(), [
      `--config.file=${configuration}`,
      `--storage.tsdb.path=${path.join(directory, 'prometheus')}`,
      `--web.listen-address=${new URL(address).host}`,
      // Not in `--help`; the default is 5 s.
      '--scrape.discovery-reload-interval=1s',
    ]);
    await untilTrue(directory, name, started, isHealthy);
  },
  isHealthy,
  describe: () => ({ prometheus: address }),
};

/** Lets the identity `prometheus` find pods; it scrapes them directly. */
async function allowPods(directory: string): Promise<void> {
  const rbac = '/apis/rbac.authorization.k8s.io/v1';
  const apiGroup = 'rbac.authorization.k8s.io';
  const metadata = { name: 'testbed:prometheus' };
  const role = {
    apiVersion: `${apiGroup}/v1`,
    kind: 'ClusterRole',
    metadata,
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] }],
  };
  const binding = {
    apiVersion: `${apiGroup}/v1`,
    kind: 'ClusterRoleBinding',
    metadata,
    roleRef: { apiGroup, kind: 'ClusterRole', name: metadata.name },
    subjects: [{ apiGroup, kind: 'User', name: 'testbed:prometheus' }],
  };
  const api = new Api(kubeconfigFile(directory, 'admin'));
  await createUnlessThere(api, `${rbac}/clusterroles`, role);
  await createUnlessThere(api, `${rbac}/clusterrolebindings`, binding);
  api.close();
}
