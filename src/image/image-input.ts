import type { InputDefinition } from '../action/define.js';
import { checkPullable } from './reference.js';

/** An image that pods are to run, kept as it is written. */
export const pullableImage = <const P extends { readonly text: string }>(options: P): P & InputDefinition<string> => ({
  ...options,
  type: 'image ([registry/]repository[:tag][@sha256:…])',
  parse(raw) {
    checkPullable(raw);
    return raw;
  },
});
