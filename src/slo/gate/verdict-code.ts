import type { ProblemCode } from '../../kernel/errors.js';
import type { Verdict } from '../objective/objective.js';

/** Under which code a step ends whose gate did not let it go on. */
export const codeOfVerdict = (verdict: Verdict): ProblemCode =>
  verdict === 'fail' ? 'gate-failed' : verdict === 'error' ? 'gate-could-not-look' : 'gate-inconclusive';
