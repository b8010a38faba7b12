import type { Capabilities, RouterMemory } from '../../router.js';

/** Weights of any size; a Service of the canary's own; matches on headers and cookies. */
export const ABILITIES = {
  kind: 'http-route',
  shares: 'any',
  carriesAll: true,
  isolation: 'isolated',
  splitsTesters: true,
} as const satisfies Capabilities & { readonly kind: string };

/** The weight that stable's backend had in one rule; null when it was left to its default. */
export interface RuleMemory {
  /** Identifies the rule when others add, remove or reorder rules meanwhile. */
  readonly rule: string;
  readonly weight: number | null;
}

/** What is remembered of a route: its name, and the weights that stable had in its rules. */
export type HttpRouteMemory = {
  readonly kind: 'http-route';
  readonly route: string;
  readonly rules: readonly RuleMemory[];
};

/** @param memory of this kind, as the record's schema has checked it */
export const asHttpRoute = (memory: RouterMemory): HttpRouteMemory => memory as HttpRouteMemory;
