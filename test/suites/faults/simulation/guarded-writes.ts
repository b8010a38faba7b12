import type { ApiObject, Json } from '../../../../testbed/sandbox/api/object.js';
import type { Resource } from '../../../../testbed/sandbox/api/resources.js';
import type { Store } from '../../../../testbed/sandbox/api/store.js';
import type { Webhooks } from '../../../../testbed/sandbox/api/webhooks.js';
import { type WriteOptions, Writes } from '../../../../testbed/sandbox/api/writes.js';

/** Webhooks have their word on what controllers create, too: a ReplicaSet without its webhook makes no pod. */
export class GuardedWrites extends Writes {
  readonly #webhooks: Webhooks;

  constructor(store: Store, webhooks: Webhooks) {
    super(store);
    this.#webhooks = webhooks;
  }

  override create(resource: Resource, namespace: string | undefined, body: Json, options: WriteOptions): ApiObject {
    this.#webhooks.admit('create', { resource, namespace, name: undefined, subresource: undefined, rest: '' });
    return super.create(resource, namespace, body, options);
  }
}
