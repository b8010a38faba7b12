import type { Release } from '../../release/record/record.js';
import { isSameTraffic, type Traffic } from './alias.js';
import { type LambdaMemory, lambdaOf } from './memory.js';

/** What the alias is to be at a weight of the new version, in percent. */
export function trafficAt({ stable, candidate }: LambdaMemory, weight: number): Traffic {
  if (weight === 100) return { version: candidate, weights: {} };
  return { version: stable, weights: weight === 0 ? {} : { [candidate]: weight } };
}

/** Where a phase that is not done leads. */
const TOWARDS: Readonly<Partial<Record<Release['phase'], number>>> = {
  starting: 0,
  promoting: 100,
  aborting: 0,
  'rolling-back': 0,
};

/** What the step that is on record as announced was to write. */
const announcedOf = (release: Release): Traffic => trafficAt(lambdaOf(release), TOWARDS[release.phase] ?? release.weight);

/** What the last step that is done has written. */
export const doneOf = (release: Release): Traffic => trafficAt(lambdaOf(release), release.steps.at(-1)?.weight ?? 0);

/** Whether the alias is as a step of this release left it, or a step that was cut may have. */
export const isExplained = (release: Release, alias: Traffic): boolean =>
  isSameTraffic(alias, doneOf(release)) || isSameTraffic(alias, announcedOf(release));

/** The alias without the new version, and with whatever somebody else has put into it meanwhile. */
export function without({ stable, candidate }: LambdaMemory, { version, weights }: Traffic): Traffic {
  const kept = version === candidate ? stable : version;
  const others = Object.entries(weights).filter(([other]) => other !== candidate && other !== kept);
  return { version: kept, weights: Object.fromEntries(others) };
}
