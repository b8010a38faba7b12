import { dependence } from './judge/dependence.js';
import { detection } from './judge/detection.js';
import { falseAlarms } from './judge/false-alarms.js';
import { passing } from './judge/passing.js';
import { sharedIncidents } from './judge/shared-incidents.js';
import { type Row, reported } from './row.js';

/** What the judge does in simulated releases, seeded: the same figures on every machine. */
export function rows(): Promise<Row[]> {
  const startedAt = performance.now();
  const all: Row[] = [];
  for (const [part, measure] of Object.entries({ detection, sharedIncidents, passing, dependence, falseAlarms })) {
    const partAt = performance.now();
    all.push(...measure());
    console.error(`judge: ${part} simulated in ${((performance.now() - partAt) / 1000).toFixed(1)} s`);
  }
  all.push(reported('judge: time that the simulations took', Math.round((performance.now() - startedAt) / 100) / 10, 's'));
  return Promise.resolve(all);
}
