/** Which characters a place in a pattern takes, by their code points. */
export type Accepts = (code: number) => boolean;
export const isWordCode: Accepts = (code) =>
  (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 95 || (code >= 97 && code <= 122);
const isDigit: Accepts = (code) => code >= 48 && code <= 57;
/** RE2's \s has no vertical tab. */
const isBlank: Accepts = (code) => code === 32 || (code >= 9 && code <= 13 && code !== 11);
export const not =
  (accepts: Accepts): Accepts =>
  (code) =>
    !accepts(code);
export const between =
  (low: number, high: number): Accepts =>
  (code) =>
    code >= low && code <= high;
export const either =
  (...ways: readonly Accepts[]): Accepts =>
  (code) =>
    ways.some((accepts) => accepts(code));

export const CLASSES: Readonly<Record<string, Accepts>> = {
  d: isDigit,
  D: not(isDigit),
  w: isWordCode,
  W: not(isWordCode),
  s: isBlank,
  S: not(isBlank),
};
const isUpper = between(65, 90);
const isLower = between(97, 122);
export const POSIX: Readonly<Record<string, Accepts>> = {
  alnum: either(isDigit, isUpper, isLower),
  alpha: either(isUpper, isLower),
  ascii: between(0, 127),
  blank: either(between(9, 9), between(32, 32)),
  cntrl: either(between(0, 31), between(127, 127)),
  digit: isDigit,
  graph: between(33, 126),
  lower: isLower,
  print: between(32, 126),
  punct: either(between(33, 47), between(58, 64), between(91, 96), between(123, 126)),
  space: either(between(9, 13), between(32, 32)),
  upper: isUpper,
  word: isWordCode,
  xdigit: either(isDigit, between(65, 70), between(97, 102)),
};
export const CONTROLS: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, f: 12, v: 11, a: 7 };

export const only = (character: string): Accepts => {
  const wanted = character.codePointAt(0);
  return (code) => code === wanted;
};

export const caseless =
  (accepts: Accepts): Accepts =>
  (code) => {
    const text = String.fromCodePoint(code);
    const forms = [text, text.toLowerCase(), text.toUpperCase()];
    return forms.some((form) => accepts(form.codePointAt(0) ?? 0));
  };
