import type { InputDefinition } from '../../../kernel/define.js';
import type { NameAndValue } from '../../../release/testers.js';

/** A token of RFC 9110, 5.6.2: what names of headers and cookies are made of. */
const NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,256}$/;
/** What a cookie's value may hold (RFC 6265, 4.1.1). */
const COOKIE_VALUE = /^[\x21\x23-\x2B\x2D-\x3A\x3C-\x5B\x5D-\x7E]{1,1024}$/;
/** What a header match may hold in the Gateway API, as far as it can be typed. */
const HEADER_VALUE = /^[\x20-\x7E]{1,1024}$/;

const nameAndValue = (
  what: string,
  text: string,
  allowed: RegExp,
): InputDefinition<NameAndValue> & { readonly text: string } => ({
  text,
  type: 'NAME=VALUE',
  parse(raw) {
    const at = raw.indexOf('=');
    const [name, value] = [raw.slice(0, at).trim(), raw.slice(at + 1).trim()];
    if (at < 1 || !NAME.test(name) || !allowed.test(value))
      throw new RangeError(`"${raw}" is not the name and value of a ${what}; write it as NAME=VALUE`);
    return { name, value };
  },
});

/** Who gets the canary at any weight. */
export const testerInputs = {
  header: nameAndValue(
    'header',
    'Requests with this header go to the canary at any weight, as `X-Canary=always`. Later steps go on with it.',
    HEADER_VALUE,
  ),
  cookie: nameAndValue(
    'cookie',
    'Requests with this cookie go to the canary at any weight, as `canary=always`. Later steps go on with it.',
    COOKIE_VALUE,
  ),
};
