import { BAD_IMAGE, NEXT_IMAGE, type Setup } from './simulation/app.js';
import type { StepOrder } from './simulation/step-process.js';

type Inputs = Readonly<Record<string, string>>;
type What = Pick<StepOrder, 'action' | 'inputs'>;

/** A step that is interrupted, and what went before it. */
export interface Scenario {
  readonly name: string;
  /** Steps of the same run that have gone well. */
  readonly earlier: readonly What[];
  readonly step: What;
  readonly setup?: Setup;
  /** How the release stands once the step has been completed; `none` where there is none on record. */
  readonly goal: { readonly phase: string; readonly weight: number; readonly exitCode: 0 | 1 };
}

const usual: Inputs = { app: 'restaurant', settle: '3s' };
export const canaryStep = (weight: number, inputs: Inputs = {}): What => ({
  action: 'canary-step',
  inputs: { ...usual, weight: String(weight), image: NEXT_IMAGE, ...inputs },
});
/** A step after the first, which names no image, as in most workflows. */
const nextStep = (weight: number, inputs: Inputs = {}): What => ({
  action: 'canary-step',
  inputs: { ...usual, weight: String(weight), ...inputs },
});
export const rollback = (inputs: Inputs = {}): What => ({ action: 'rollback', inputs: { ...usual, ...inputs } });

const holding = (weight: number) => ({ phase: 'holding', weight, exitCode: 0 }) as const;
const over = (phase: string) => ({ phase, weight: 0, exitCode: 0 }) as const;
const withManifest = (weight: number, manifest = 'next.yml'): What => nextStep(weight, { manifest });
const byPods: Setup = { isSplitByPods: true };
const testers = { header: 'X-Canary=always' };
const gate = { slo: 'slo.yml', hold: '60s' };

/** What the gate of the `hold` and `breach` scenarios judges by. */
export const SLO = `
objectives:
  - name: errors
    ratio: { bad: 'http_requests_total{status=~"5.."}', total: http_requests_total }
    max: 1%
    rule-out: 20%
warm-up: 1s
`;

const usualScenarios: readonly Scenario[] = [
  { name: 'raise', earlier: [], step: canaryStep(10), goal: holding(10) },
  { name: 'raise-further', earlier: [canaryStep(10)], step: nextStep(50), goal: holding(50) },
  { name: 'lower', earlier: [canaryStep(50)], step: nextStep(10), goal: holding(10) },
  { name: 'hold', earlier: [], step: canaryStep(50, gate), goal: holding(50) },
  {
    name: 'breach',
    earlier: [],
    step: canaryStep(50, { ...gate, image: BAD_IMAGE }),
    goal: { phase: 'aborted', weight: 0, exitCode: 1 },
  },
  { name: 'promote', earlier: [canaryStep(10)], step: nextStep(100), goal: over('promoted') },
  { name: 'abort', earlier: [canaryStep(50)], step: nextStep(0), goal: over('aborted') },
  { name: 'rollback', earlier: [canaryStep(10)], step: rollback(), goal: over('aborted') },
  { name: 'rollback-promoted', earlier: [canaryStep(100)], step: rollback({ scope: 'any' }), goal: over('rolled-back') },
];

/** The same steps where something around them is different. */
export const variants: readonly Scenario[] = [
  {
    name: 'promote-in-place',
    setup: { drains: true },
    earlier: [canaryStep(10)],
    step: nextStep(100, { promotion: 'in-place' }),
    goal: over('promoted'),
  },
  {
    name: 'promote-paused',
    setup: { isPaused: true },
    earlier: [canaryStep(10)],
    step: nextStep(100),
    goal: over('promoted'),
  },
  { name: 'raise-testers', earlier: [], step: canaryStep(10, testers), goal: holding(10) },
  { name: 'abort-testers', earlier: [canaryStep(10, testers)], step: nextStep(0), goal: over('aborted') },
  { name: 'raise-manifest', setup: { hasConfig: true }, earlier: [], step: withManifest(10), goal: holding(10) },
  {
    name: 'promote-manifest',
    setup: { hasConfig: true },
    earlier: [withManifest(10)],
    step: withManifest(100),
    goal: over('promoted'),
  },
  { name: 'raise-by-pods', setup: byPods, earlier: [], step: canaryStep(50), goal: holding(50) },
  { name: 'lower-by-pods', setup: byPods, earlier: [canaryStep(50)], step: nextStep(25), goal: holding(25) },
  { name: 'abort-by-pods', setup: byPods, earlier: [canaryStep(50)], step: nextStep(0), goal: over('aborted') },
  {
    name: 'promote-by-pods',
    setup: { ...byPods, drains: true },
    earlier: [canaryStep(50)],
    step: nextStep(100),
    goal: over('promoted'),
  },
  { name: 'first', setup: { isAbsent: true }, earlier: [], step: withManifest(10, 'first.yml'), goal: over('none') },
  {
    name: 'first-crash',
    setup: { isAbsent: true },
    earlier: [],
    step: withManifest(10, 'first-crash.yml'),
    goal: { phase: 'none', weight: 0, exitCode: 1 },
  },
];

export const scenarios: readonly Scenario[] = [...usualScenarios, ...variants];
