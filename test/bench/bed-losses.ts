import type { Fixture } from '../../testbed/fixture.js';
import { allSeries, byKubectl, type Ending, endings, losses, type PhaseLosses, type Series } from '../suites/e2e/losses.js';
import type { Row } from './row.js';

/** Series that run side by side, each with an app, a load and an autoscaler of its own: two cores bear so many. */
const AT_ONCE = 3;

/** What all runs of one phase lost together. */
interface Sum {
  readonly sent: number;
  readonly lost: number;
}

/**
 * Requests lost in each phase of each series, for apps that end in different ways, beside `kubectl set image` of the same app in the same run.
 * @param only names of rows, or their beginnings, to which the runs are limited: `bed/lost/surge`
 */
export async function lostRequests(fixture: Fixture, runs: number, only: string): Promise<Row[]> {
  const sums = new Map<string, Sum>();
  const add = (name: string, { sent, lost }: PhaseLosses) => {
    const before = sums.get(name) ?? { sent: 0, lost: 0 };
    const all = Object.values(lost).reduce((total, count) => total + count, 0);
    sums.set(name, { sent: before.sent + sent, lost: before.lost + all });
  };
  const asked = allSeries.flatMap((series) => series.safeFor.map((name) => ({ series, ending: endings[name] })));
  const chosen = asked.filter(({ series, ending }) => {
    const name = rowName(series, ending);
    return name.startsWith(only) || only.startsWith(name);
  });
  const beside = [...new Set(chosen.map(({ ending }) => ending))].map((ending) => ({ series: byKubectl, ending }));
  const waiting = Array.from({ length: runs }, (_, index) =>
    [...chosen, ...beside].map((one) => ({ ...one, run: index + 1 })),
  ).flat();
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const name = rowName(next.series, next.ending);
      const found = await losses(fixture, next.series, next.ending);
      for (const phase of found) add(`${name}/${phase.phase}`, phase);
      process.stderr.write(`bed: ${name}, run ${next.run} of ${runs}: ${JSON.stringify(found)}\n`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return [...sums].map(([name, { sent, lost }]) => {
    const reference = sums.get(`bed/lost/kubectl/${name.split('/')[3]}/set-image`)?.lost ?? null;
    const isJudged = !name.startsWith('bed/lost/kubectl/');
    const row = { name, value: lost, unit: `of ${sent} in ${runs} runs`, reference, ratio: null };
    return isJudged ? { ...row, goal: 0, ok: lost === 0 } : { ...row, goal: null, ok: true };
  });
}

const rowName = (series: Series, ending: Ending): string => `bed/lost/${series.name}/${ending.name}`;
