import type { ApiObject, Json } from './object.js';
import type { Resource } from './resources.js';

/** What mutating webhooks write over images, as mirrors (Kyverno, Harbor, pull-through caches) and digest pinners (connaisseur) do. */
export interface ImageRewrite {
  readonly kind: 'pods' | 'deployments';
  /** In a namespace of its own, so that tests don't meet. */
  readonly namespace: string;
  readonly rewrite: (image: string) => string;
}

/**
 * Mutating admission, which comes after the field manager has been recorded and before the object is validated and kept
 * (apiserver `pkg/endpoints/handlers/create.go`, `patch.go`): what it writes belongs to whoever made the request.
 */
export class Admission {
  readonly #rewrites: ImageRewrite[] = [];

  add(rewrite: ImageRewrite): void {
    this.#rewrites.push(rewrite);
  }

  admit(resource: Resource, object: ApiObject): ApiObject {
    const matching = this.#rewrites.filter(
      ({ kind, namespace }) => kind === resource.plural && namespace === object.metadata.namespace,
    );
    return matching.reduce((before, { rewrite }) => withImages(before, resource.plural === 'pods', rewrite), object);
  }
}

interface PodSpec extends Json {
  readonly containers?: Json[];
  readonly initContainers?: Json[];
}

function withImages(object: ApiObject, isPod: boolean, rewrite: ImageRewrite['rewrite']): ApiObject {
  const over = (spec: PodSpec): PodSpec => {
    const each = (containers: Json[] | undefined) =>
      containers?.map((container) => ({ ...container, image: rewrite(String(container.image)) }));
    const [containers, initContainers] = [each(spec.containers), each(spec.initContainers)];
    return { ...spec, ...(containers && { containers }), ...(initContainers && { initContainers }) };
  };
  const spec = object.spec as Json & { template?: { spec?: PodSpec } };
  if (isPod) return { ...object, spec: over(spec) };
  return { ...object, spec: { ...spec, template: { ...spec.template, spec: over(spec.template?.spec ?? {}) } } };
}
