import { UserError } from '../action/errors.js';
import type { GateResult } from '../slo/gate.js';
import { forNextStep, type JudgeState, parseJudgeState } from '../slo/judge/state.js';
import type { Cluster } from '../target/kubernetes/cluster.js';
import { owns } from './begin.js';
import { freshNonce } from './open.js';
import { isOver, type Release } from './record.js';
import { type StoreEffects, withRecord } from './record-store.js';
import type { Survey } from './survey.js';

/** What earlier gates of this release knew, by name of the objective, as the next one goes on from it. */
export function recall({ gate, weight }: Release): Record<string, JudgeState> {
  if (gate === undefined) return {};
  const from = { sameWeight: gate.weight === weight, passed: gate.verdict === 'pass' || gate.verdict === 'warn' };
  const states = gate.objectives.flatMap(({ name, state }) => {
    // A state of another version of the judge is no state of ours; the test starts anew.
    const known = parseJudgeState(state);
    return known ? [[name, forNextStep(known, from)] as const] : [];
  });
  return Object.fromEntries(states);
}

/** The release with what the gate found: its verdict on the step that it looked at, and its states for the next gate. */
export function withVerdict(release: Release, gate: GateResult): Release {
  const { steps } = release;
  const { verdict } = gate;
  return { ...withStates(release, gate), steps: steps.map((step, i) => (i === steps.length - 1 ? { ...step, verdict } : step)) };
}

/** The release with the gate's states for the next one, when it was not the gate that ended this part of it. */
export const withStates = (release: Release, { endedAt, verdict, objectives }: GateResult): Release => ({
  ...release,
  gate: {
    at: new Date(endedAt).toISOString(),
    weight: release.weight,
    verdict,
    objectives: objectives.map(({ name, state }) => ({ name, state })),
  },
});

/** Keeps the verdict in the release record. @returns why it could not be kept, for people; undefined when it was, or is not ours to keep */
export async function keepVerdict(
  cluster: Cluster,
  found: Survey,
  release: Release,
  gate: GateResult,
  effects: Omit<StoreEffects, 'cluster' | 'nonce'>,
): Promise<string | undefined> {
  if (!owns(effects.workflowRun, release)) {
    effects.log.info(`The release belongs to ${release.owner.url}; the verdict is not kept in its record.`);
    return undefined;
  }
  try {
    return await withRecord(found.app.name, found, { ...effects, cluster, nonce: freshNonce() }, async (held) => {
      const current = held.record.latest;
      if (current === undefined || isOver(current) || current.id !== release.id || current.weight !== release.weight)
        return 'The release was changed by another step meanwhile, so the verdict is about what is no longer there.';
      await held.write(withVerdict(current, gate));
      return undefined;
    });
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}
