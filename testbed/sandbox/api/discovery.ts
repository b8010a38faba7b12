import type { Json } from './object.js';
import { apiVersionOf, everyResource } from './resources.js';

/** Groups without a kind that is kept. */
const REVIEWS = ['authentication.k8s.io/v1', 'authorization.k8s.io/v1'];

/** What `GET /apis` answers: which groups there are, so that nobody asks for kinds of others. */
export function apiGroups(): Json {
  const groupVersions = new Set([
    ...everyResource()
      .filter(({ group }) => group !== '')
      .map(apiVersionOf),
    ...REVIEWS,
  ]);
  const groups = [...groupVersions].map((groupVersion) => {
    const [name = '', version = ''] = groupVersion.split('/');
    return { name, versions: [{ groupVersion, version }], preferredVersion: { groupVersion, version } };
  });
  return { kind: 'APIGroupList', apiVersion: 'v1', groups };
}
