import type { Kind } from '../api/kinds.js';

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete';

/** One line of an RBAC rule that a step can't do without. */
export interface Need {
  readonly group: string;
  /** With its subresource: `pods/proxy`. */
  readonly resource: string;
  readonly verbs: readonly Verb[];
  /** What it is for, for the message. */
  readonly purpose: string;
}

export const needs = (kind: Kind<unknown>, verbs: readonly Verb[], purpose: string): Need => ({
  group: kind.group,
  resource: kind.plural,
  verbs,
  purpose,
});

/** A need that the credentials don't meet. */
export interface Unmet {
  readonly need: Need;
  readonly missing: readonly Verb[];
  /** Names the verbs that are missing, and the rule to add. */
  readonly text: string;
}
