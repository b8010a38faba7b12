import { UserError } from '../../../kernel/errors.js';
import type { Log } from '../../../kernel/log.js';
import { type App, templateOf } from '../app/app.js';
import { canaryPodLabels, isolationCandidates, ownLabels } from '../canary-objects/canary-objects.js';
import { budgetsOver } from '../canary-objects/disruption-budget.js';
import { leakingServices } from '../surroundings/other-ways.js';
import { gapsIn } from '../surroundings/pod-policies.js';
import type { Surroundings } from '../surroundings/read-surroundings.js';
import type { Survey } from './survey.js';

/**
 * The label whose value sets the canary apart. A policy without the canary stops the release, so that counts most; then a Service that still selects
 * it, by which the canary gets requests before any gate, whatever its weight; then a budget over both versions, and a monitor that misses one.
 */
export function withIsolation({ app, services }: Pick<Survey, 'app' | 'services'>, around: Surroundings): App {
  const { policies, budgets, monitors } = around;
  const stable = templateOf(app.deployment).metadata?.labels ?? {};
  const ranked = isolationCandidates(app)
    .map(([isolationKey]) => ({ ...app, isolationKey }))
    .filter(isPossible)
    .map((candidate) => {
      const canary = canaryPodLabels(candidate, 'isolated');
      const rank = [
        gapsIn(policies, stable, canary).length,
        leakingServices(services, candidate).length,
        budgetsOver(budgets, canary).length,
        gapsIn(monitors, stable, canary).length,
      ];
      return { candidate, rank };
    });
  return ranked.toSorted((a, b) => compareRanks(a.rank, b.rank))[0]?.candidate ?? app;
}

/** What counts more comes first. */
const compareRanks = (one: readonly number[], other: readonly number[]): number =>
  one.map((count, index) => count - (other[index] ?? 0)).find((difference) => difference !== 0) ?? 0;

/** Without a route, a canary pod that is to stop leaves the endpoints by a label: by the one whose loss takes it out of the fewest policies. */
export function withEndpointLabel(app: App, { policies }: Surroundings, log: Log): App {
  const pods = canaryPodLabels(app, 'shared');
  const ranked = Object.keys(app.service.spec?.selector ?? {}).map((key) => {
    const { [key]: _, ...without } = pods;
    return { key, lost: gapsIn(policies, pods, without) };
  });
  const best = ranked.toSorted((a, b) => a.lost.length - b.lost.length)[0];
  if (!best) return app;
  for (const { policy } of best.lost)
    log.warning(
      `A canary pod that is to stop loses label ${best.key} first, to leave the endpoints, and with it ${policy}: what it still answers then may be cut off. Have the Service select by a label that no policy uses.`,
    );
  return { ...app, isolationKey: best.key };
}

function isPossible(app: App): boolean {
  try {
    ownLabels(app, 'isolated');
    return true;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}
