import type { CaseEnd, CaseOptions } from '../run-case.js';
import type { Drill, PlannedDrill } from './drill.js';
import { fewUsers, oneUnread, renamedLabel } from './evidence.js';
import { hotfix, restart } from './live.js';
import { overtaken, woken } from './lock.js';
import { nameTaken, strangers } from './ours.js';
import { greenAgain, unchanged } from './rerun.js';
import { deafRouter, declared } from './split.js';
import { togetherInASecond, worseWithinMax } from './stated-error.js';
import { fewerRights, nothingGiven, rolledBack, stableAtZero } from './way-back.js';

const drills: readonly Drill[] = [
  fewUsers,
  renamedLabel,
  oneUnread,
  worseWithinMax,
  togetherInASecond,
  rolledBack,
  fewerRights,
  nothingGiven,
  stableAtZero,
  overtaken,
  woken,
  greenAgain,
  unchanged,
  hotfix,
  restart,
  nameTaken,
  strangers,
  declared,
  deafRouter,
];

export function runDrill({ name, seed }: PlannedDrill, options: CaseOptions): Promise<CaseEnd> {
  const drill = drills.find((one) => one.name === name);
  if (!drill) throw new Error(`There is no drill ${name}; there are ${drills.map((one) => one.name).join(', ')}.`);
  return drill.run({ ...options, seed });
}
