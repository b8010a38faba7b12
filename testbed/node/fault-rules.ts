import { type Faults, parseFaults } from '../app/faults.js';

/** An order to the node player: these pods have these faults, whatever their image says; `faults: null` takes the order back. */
export interface FaultOrder {
  readonly namespace: string;
  /** Labels that a pod must have; none means every pod of the namespace. */
  readonly selector?: Readonly<Record<string, string>>;
  readonly faults: string | null;
}

interface Rule {
  readonly namespace: string;
  readonly selector: Readonly<Record<string, string>>;
  readonly faults: Faults;
}

/** The orders in force; the latest that matches a pod wins. */
export class FaultRules {
  readonly #rules = new Map<string, Rule>();

  set({ namespace, selector = {}, faults }: FaultOrder): void {
    const key = `${namespace} ${JSON.stringify(Object.entries(selector).sort())}`;
    this.#rules.delete(key);
    if (faults !== null) this.#rules.set(key, { namespace, selector, faults: parseFaults(faults) });
  }

  /** @returns undefined when no order speaks about the pod */
  find(namespace: string, labels: Readonly<Record<string, string>>): Faults | undefined {
    const matches = (rule: Rule) =>
      rule.namespace === namespace && Object.entries(rule.selector).every(([key, value]) => labels[key] === value);
    return [...this.#rules.values()].findLast(matches)?.faults;
  }
}
