import { Refusal } from './refusal.js';
import type { Address, Verb } from './request.js';

/** What a validating webhook of another team does to changes of one resource: its server is away, or it says no. `answer: null` takes it away. */
export interface WebhookOrder {
  readonly namespace: string;
  /** Plural: `httproutes`. */
  readonly resource: string;
  readonly answer: 'away' | 'denies' | null;
}

const CHANGES: readonly Verb[] = ['create', 'update', 'patch', 'delete', 'deletecollection'];

/** Validating webhooks with failurePolicy Fail, in the words of the API server (apiserver pkg/admission/plugin/webhook). */
export class Webhooks {
  readonly #answers = new Map<string, 'away' | 'denies'>();

  set({ namespace, resource, answer }: WebhookOrder): void {
    const key = `${namespace}/${resource}`;
    if (answer === null) this.#answers.delete(key);
    else this.#answers.set(key, answer);
  }

  /** @throws Refusal when a webhook does not let the change through */
  admit(verb: Verb, { namespace, resource, subresource }: Address): void {
    if (!CHANGES.includes(verb) || subresource !== undefined) return;
    const answer = this.#answers.get(`${namespace}/${resource.plural}`);
    if (answer === 'denies')
      throw new Refusal(403, 'Forbidden', 'admission webhook "policy.example.test" denied the request: changes are frozen');
    if (answer === 'away')
      throw new Refusal(
        500,
        'InternalError',
        'Internal error occurred: failed calling webhook "policy.example.test": failed to call webhook: Post "https://policy.ops.svc:443/validate?timeout=10s": dial tcp 10.96.3.7:443: connect: connection refused',
      );
  }
}
