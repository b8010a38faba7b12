import type { InputDefinition } from '../../../kernel/define.js';

/** `previous`, or the number that `kubectl rollout history` shows. */
export const revision = (options: {
  readonly text: string;
}): InputDefinition<'previous' | number> & { readonly text: string } => ({
  ...options,
  type: 'previous | revision number',
  parse(raw) {
    if (raw === 'previous') return raw;
    if (!/^[1-9]\d{0,8}$/.test(raw))
      throw new RangeError(`"${raw}" is neither \`previous\` nor the number of a revision (see \`kubectl rollout history\`)`);
    return Number(raw);
  },
});
