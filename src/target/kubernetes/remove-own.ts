import type { Cluster } from './cluster.js';
import type { Kind } from './kinds.js';
import type { Owned } from './own-object.js';

/** Removes an object of the suite's by its very identity. One of somebody else's under the same name stays, also one that comes in this moment. */
export async function removeOwn<T extends Owned>(
  cluster: Cluster,
  kind: Kind<T>,
  name: string,
  isOurs: (live: T) => boolean,
  signal: AbortSignal,
): Promise<void> {
  const [found] = await cluster.list(kind, { fields: `metadata.name=${name}` }, signal);
  const uid = found?.metadata?.uid;
  if (found && uid !== undefined && isOurs(found)) await cluster.remove(kind, name, { uid }, signal);
}
