import type { CaseEnd, CaseOptions } from '../run-case.js';
import { type PlannedDrill, struck, undisturbed } from './drill.js';

const drills = [
  undisturbed('rolled-back', 'rollback'),
  struck('overtaken', {
    scenario: 'raise',
    at: /^PATCH .*\/httproutes\/restaurant$/,
    nth: 1,
    fault: 'freeze-before',
    sequel: 'rollback',
  }),
];

export function runDrill({ name, seed }: PlannedDrill, options: CaseOptions): Promise<CaseEnd> {
  const drill = drills.find((one) => one.name === name);
  if (!drill) throw new Error(`There is no drill ${name}; there are ${drills.map((one) => one.name).join(', ')}.`);
  return drill.run({ ...options, seed });
}
