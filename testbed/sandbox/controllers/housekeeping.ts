import { type ApiObject, timestamp } from '../api/object.js';
import { everyResource, namespaces, pods, serviceAccounts } from '../api/resources.js';
import { CONTROLLER_MANAGER, type Controls } from './workloads.js';

/** Binds every pod to the node as soon as it is there. @returns how to stop */
export function runScheduler({ store }: Controls, nodeName: string): () => void {
  return store.listen(pods, ({ type, object }) => {
    if (type !== 'ADDED' || object.spec?.nodeName !== undefined) return;
    setImmediate(() => {
      const { namespace, name, uid } = object.metadata;
      const pod = store.read(pods, namespace, name);
      if (pod === undefined || pod.metadata.uid !== uid || pod.spec?.nodeName !== undefined) return;
      const scheduled = { type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime: timestamp() };
      store.write(pods, { ...pod, spec: { ...pod.spec, nodeName }, status: { ...pod.status, conditions: [scheduled] } });
    });
  });
}

/** Removes what belonged to an object that is gone: what it owned, and of a namespace everything in it. @returns how to stop */
export function runGarbageCollector({ store, writes }: Controls): () => void {
  const stops = everyResource().map((resource) =>
    store.listen(resource, ({ type, object }) => {
      if (type !== 'DELETED') return;
      setImmediate(() => (resource === namespaces ? emptyNamespace(object.metadata.name) : collect(object)));
    }),
  );

  const collect = ({ metadata: { uid = '', namespace } }: ApiObject): void => {
    for (const resource of everyResource()) {
      for (const dependent of store.list(resource, namespace)) {
        const owners = dependent.metadata.ownerReferences ?? [];
        const isOrphan =
          owners.some((owner) => owner.uid === uid) &&
          owners.every((owner) => owner.uid === uid || !exists(owner.uid, namespace));
        if (isOrphan && dependent.metadata.deletionTimestamp === undefined) writes.remove(resource, dependent, {});
      }
    }
  };
  const exists = (uid: string, namespace: string | undefined): boolean =>
    everyResource().some((resource) => store.list(resource, namespace).some(({ metadata }) => metadata.uid === uid));
  const emptyNamespace = (name: string): void => {
    for (const resource of everyResource().filter(({ isNamespaced }) => isNamespaced))
      for (const object of store.list(resource, name)) writes.remove(resource, object, { gracePeriodSeconds: 0 });
  };

  return () => {
    for (const stop of stops) stop();
  };
}

/** Gives each namespace the service account that pods expect. @returns how to stop */
export function runServiceAccounts({ store, writes }: Controls): () => void {
  return store.listen(namespaces, ({ type, object }) => {
    if (type !== 'ADDED') return;
    setImmediate(() => {
      if (store.read(namespaces, undefined, object.metadata.name) === undefined) return;
      writes.create(serviceAccounts, object.metadata.name, { metadata: { name: 'default' } }, { manager: CONTROLLER_MANAGER });
    });
  });
}
