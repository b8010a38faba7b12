import type { KubeObject } from '../../testbed/client/objects.js';
import { collections } from '../../testbed/fixture.js';
import { image, type ReleaseBed } from '../suites/cluster/release-bed.js';

const AT_ONCE = 40;

/** Fills a bed's namespace with pods of other apps. They are objects only: no scheduler looks at them, so they run nowhere. */
export async function fillNamespace({ fixture, namespace }: ReleaseBed, count: number): Promise<void> {
  let next = 0;
  const create = async () => {
    while (next < count) await fixture.api.create(collections.pods(namespace), otherPod(next++));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, create));
}

/** About as large as a pod that runs. */
function otherPod(index: number): KubeObject {
  const app = `other-${index % 50}`;
  const labels = {
    'app.kubernetes.io/name': app,
    'app.kubernetes.io/part-of': 'shop',
    'app.kubernetes.io/instance': `${app}-${index}`,
    'pod-template-hash': '5d4f8c7b96',
  };
  const env = Array.from({ length: 20 }, (_, at) => ({ name: `SETTING_${at}`, value: `value ${at} of ${app}` }));
  const container = { name: 'app', image: image(app), ports: [{ name: 'http', containerPort: 8080 }], env };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `${app}-${index}`, labels },
    spec: { schedulerName: 'nobody', containers: [container] },
  } as KubeObject;
}
