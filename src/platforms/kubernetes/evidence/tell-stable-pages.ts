import type { Clock } from '../../../kernel/clock.js';
import type { Log } from '../../../kernel/log.js';
import type { Objective, Slo } from '../../../slo/objective/objective.js';
import type { SidePoll } from '../../../slo/source.js';
import type { Cluster } from '../api/cluster.js';
import type { App } from '../app/app.js';
import { countingObjective, evidenceFromPods, placeOf } from './evidence.js';
import type { Figures } from './figures.js';

/** What a release would be proven and judged by. */
export interface Wanted {
  readonly figures: Figures;
  readonly slo: Pick<Slo, 'objectives'> | undefined;
}

/**
 * Looks once at what stable's pods show, and warns of figures that are not there: the canary's will most likely not be either, and a step of the
 * release would find it out after minutes. A stable that has no traffic is no mistake, and whatever goes wrong here neither.
 */
export async function tellStablePages(
  cluster: Cluster,
  app: App,
  { figures, slo }: Wanted,
  { clock, log, signal }: { readonly clock: Clock; readonly log: Log; readonly signal: AbortSignal },
): Promise<void> {
  const objectives = [{ ...countingObjective(figures.requests), name: '`request-metric`' }, ...(slo?.objectives ?? [])];
  const source = evidenceFromPods(
    cluster,
    app,
    placeOf(figures, app, () => undefined),
    clock,
    { warmUpMs: 0 },
  );
  try {
    const { stable } = await source.poll(objectives, signal);
    for (const [why, names] of missing(stable, objectives)) {
      const text = `Stable's pages have no figures for ${names.join(', ')}: ${why.replace(/[^?]$/, '$&.')}`;
      if (NOBODY_YET.test(why)) log.info(text);
      else log.warning(`${text} As long as that is so, no split is proven and no canary judged by them.`);
    }
    for (const problem of unread(stable, objectives)) log.warning(`Stable's metrics: ${problem}.`);
  } catch (error) {
    signal.throwIfAborted();
    log.warning(`Stable's metrics could not be looked at: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The page declares the counter, so its name is right. */
const NOBODY_YET = /: no request has come to stable yet$/;

/** Whatever one pod has figures for is right, though others may have had no request. @returns why → the objectives of which it is so */
function missing({ counts, problems }: SidePoll, objectives: readonly Objective[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { name } of objectives) {
    if (counts.has(name)) continue;
    const why = problems.map((problem) => about(problem, name)).find((each) => each !== undefined);
    if (why !== undefined) found.set(why, [...(found.get(why) ?? []), name]);
  }
  return found;
}

/** Pods whose page could not be read at all; one of them is enough to know it. */
const unread = ({ problems }: SidePoll, objectives: readonly Objective[]): readonly string[] =>
  problems.filter((problem) => objectives.every(({ name }) => about(problem, name) === undefined)).slice(0, 1);

const about = (problem: string, name: string): string | undefined => {
  const said = problem.replace(/^pod \S+: /, '');
  return said.startsWith(`${name}: `) ? said.slice(name.length + 2) : undefined;
};
