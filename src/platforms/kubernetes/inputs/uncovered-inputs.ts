import type { InputDefinition } from '../../../kernel/define.js';
import { oneOf } from '../../../kernel/input-kinds.js';

const uncoveredShare: InputDefinition<number> & { readonly default: string } = {
  text: 'Share of the requests that is known to reach stable past the split, by callers inside the cluster, another route or an Ingress. A canary share that is lower by no more than that is proven.',
  type: 'percent (0–99)',
  default: '0',
  parse(raw) {
    const share = Number(raw.replace(/\s*%$/, ''));
    if (!/^\d{1,2}(\.\d+)?\s*%?$/.test(raw))
      throw new RangeError(`"${raw}" is not a share below 100 percent, such as 20 or 2.5 %`);
    if (share > 0 && share < 1 && !raw.endsWith('%'))
      throw new RangeError(`"${raw}" may be meant as ${100 * share} % or as ${share} %; write the sign`);
    return share;
  },
};

/** What is expected of requests on other ways than the split, and what is made of more. */
export const uncoveredInputs = {
  uncovered: uncoveredShare,
  'on-uncovered': oneOf(['warn', 'fail'], {
    text: 'What requests past the split do, when they are more than `uncovered` says: a warning with their estimated share (`warn`), or an error, before the release where a way for them is seen (`fail`). A split that is right is never put back with `warn`.',
    default: 'warn',
  }),
};
