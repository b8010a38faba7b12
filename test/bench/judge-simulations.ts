import { alarmsTogether } from './judge/confidence.js';
import { dependence } from './judge/dependence.js';
import { detection } from './judge/detection.js';
import { falseAlarms } from './judge/false-alarms.js';
import { passing } from './judge/passing.js';
import { sharedIncidents } from './judge/shared-incidents.js';
import { warnings } from './judge/warnings.js';
import { type Row, reported } from './row.js';

const PARTS: Readonly<Record<string, (releases: number) => Row[]>> = {
  detection,
  sharedIncidents,
  passing,
  dependence,
  falseAlarms,
  warnings,
};
/** Some minutes; `--runs 10000` is the long series. What is only reported takes a tenth of its releases. */
const FEW = 200;

/**
 * What the judge does in simulated releases, seeded: the same figures on every machine.
 * @param runs releases for each row
 * @param only one of PARTS
 */
export function rows({ runs = String(FEW), only }: { runs?: string | undefined; only?: string | undefined }): Promise<Row[]> {
  const releases = Number(runs);
  if (!Number.isInteger(releases) || releases < 1) throw new Error(`--runs ${runs} is no number of releases`);
  if (only !== undefined && !(only in PARTS)) throw new Error(`--only ${only}: there are ${Object.keys(PARTS).join(', ')}`);
  const startedAt = performance.now();
  const all: Row[] = [];
  for (const [part, measure] of Object.entries(PARTS)) {
    if (only !== undefined && only !== part) continue;
    const partAt = performance.now();
    all.push(...measure(releases));
    console.error(`judge: ${part} simulated in ${((performance.now() - partAt) / 1000).toFixed(1)} s`);
  }
  all.push(...alarmsTogether(all, releases));
  all.push(reported('judge: time that the simulations took', Math.round((performance.now() - startedAt) / 100) / 10, 's'));
  return Promise.resolve(all);
}
