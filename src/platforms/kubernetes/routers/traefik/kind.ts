import type { Capabilities, RouterMemory } from '../../router.js';
import type { ChildMemory } from './weights.js';

/** Weights of any size; a Service of the canary's own. Rules for testers would be routes of their own, which are not made. */
export const ABILITIES = {
  kind: 'traefik',
  shares: 'any',
  carriesAll: true,
  isolation: 'isolated',
  splitsTesters: false,
} as const satisfies Capabilities & { readonly kind: string };

/** What is remembered of a TraefikService: its name, its weights, and how stable was asked, while stable is not listed. */
export type TraefikMemory = {
  readonly kind: 'traefik';
  readonly service: string;
  readonly children: readonly ChildMemory[];
  /** Of stable's child; null where it did not say. */
  readonly nativeLB: boolean | null;
};

/** @param memory of this kind, as the record's schema has checked it */
export const asTraefik = (memory: RouterMemory): TraefikMemory => memory as TraefikMemory;
