import type { InputDefinition } from '../kernel/define.js';
import { checkPullable, isOneWord } from './reference.js';

/** An image that pods are to run, kept as it is written. */
export const pullableImage = <const P extends { readonly text: string }>(options: P): P & InputDefinition<string> => ({
  ...options,
  type: 'image ([registry/]repository[:tag][@sha256:…])',
  parse(raw) {
    checkPullable(raw);
    if (isOneWord(raw))
      throw new RangeError(
        `"${raw}" is one word, and would be docker.io/library/${raw}:latest; write the whole name, such as registry.example/team/app:${raw}, best with its digest`,
      );
    return raw;
  },
});
