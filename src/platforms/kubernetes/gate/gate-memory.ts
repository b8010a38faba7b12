import { UserError } from '../../../kernel/errors.js';
import type { Holding } from '../../../release/record/ledger.js';
import { freshNonce } from '../../../release/record/nonce.js';
import { isInFlight, type Release } from '../../../release/record/record.js';
import type { GateResult } from '../../../slo/gate/gate-result.js';
import { forNextStep, type JudgeState, parseJudgeState } from '../../../slo/judge/state.js';
import { fingerprint } from '../../../slo/objective/fingerprint.js';
import type { Slo } from '../../../slo/objective/objective.js';
import type { Cluster } from '../api/cluster.js';
import { owns } from '../decide/begin.js';
import { leaseLedger } from '../ledger/ledger.js';
import type { Survey } from '../survey/survey.js';

/**
 * What earlier gates of this release knew, by name of the objective, as the next one goes on from it. What counted something else under the same name
 * is forgotten.
 */
export function recall(
  { gate, weight, canaryVersion }: Release,
  { objectives }: Pick<Slo, 'objectives'>,
): Record<string, JudgeState> {
  if (gate === undefined || !isAbout(canaryVersion, gate)) return {};
  const from = { sameWeight: gate.weight === weight, passed: gate.verdict === 'pass' || gate.verdict === 'warn' };
  const states = gate.objectives.flatMap(({ name, of, state }) => {
    const objective = objectives.find((each) => each.name === name);
    if (objective === undefined || (of !== undefined && of !== fingerprint(objective))) return [];
    // A state of another version of the judge is no state of ours; the test starts anew.
    const known = parseJudgeState(state);
    return known ? [[name, forNextStep(known, from)] as const] : [];
  });
  return Object.fromEntries(states);
}

/** Whether what a gate found is about the canary as it is now; older records do not say. */
export const isAbout = (canaryVersion: string | undefined, { judged }: { readonly judged?: string }): boolean =>
  judged === undefined || judged === canaryVersion;

/** The release with what the gate found: its verdict on the step that it looked at, and its states for the next gate. */
export function withVerdict(release: Release, gate: GateResult): Release {
  const { steps } = release;
  const found = { verdict: gate.verdict, ...judgedNow(release) };
  return { ...withStates(release, gate), steps: steps.map((step, i) => (i === steps.length - 1 ? { ...step, ...found } : step)) };
}

const judgedNow = ({ canaryVersion }: Release) => (canaryVersion === undefined ? {} : { judged: canaryVersion });

/** The release with the gate's states for the next one, when it was not the gate that ended this part of it. */
export const withStates = (release: Release, { endedAt, verdict, objectives }: GateResult): Release => ({
  ...release,
  gate: {
    at: new Date(endedAt).toISOString(),
    weight: release.weight,
    verdict,
    ...judgedNow(release),
    objectives: objectives.map(({ name, of, state }) => ({ name, of, state })),
  },
});

/** Whether a release is where it was: another weight, or another canary, is not what was judged. */
const isSameMove = (a: Release, b: Release): boolean =>
  a.id === b.id && a.weight === b.weight && a.canaryVersion === b.canaryVersion;

/** Keeps the verdict in the release record. @returns why it could not be kept, for people; undefined when it was, or is not ours to keep */
export async function keepVerdict(
  cluster: Cluster,
  found: Survey,
  release: Release,
  gate: GateResult,
  effects: Omit<Holding, 'nonce'>,
): Promise<string | undefined> {
  if (!owns(effects.workflowRun, release)) {
    effects.log.info(`The release belongs to ${release.owner.url}; the verdict is not kept in its record.`);
    return undefined;
  }
  try {
    const holding = { ...effects, nonce: freshNonce() };
    return await leaseLedger(cluster, found.app.name).hold(found, holding, async (held) => {
      const current = held.record.latest;
      if (!isInFlight(current) || !isSameMove(current, release))
        return 'The release was changed by another step meanwhile, so the verdict is about what is no longer there.';
      await held.write(withVerdict(current, gate));
      return undefined;
    });
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}
