/** What a keyboard for Chinese or Japanese types in place of the signs of a list, and looks the same. */
const FULL_WIDTH: Readonly<Record<string, readonly [name: string, plain: string]>> = {
  '“': ['quote', '"'],
  '”': ['quote', '"'],
  '＂': ['quote', '"'],
  '‘': ['quote', "'"],
  '’': ['quote', "'"],
  '＝': ['equals sign', '='],
  '，': ['comma', ','],
  '、': ['comma', ','],
  '：': ['colon', ':'],
  '／': ['slash', '/'],
  '．': ['dot', '.'],
  '－': ['hyphen', '-'],
  '\u3000': ['blank', ' '],
};

/** @returns what to write for the first sign of its kind; undefined when there is none */
export function fullWidthIn(text: string): string | undefined {
  const sign = [...text].find((one) => Object.hasOwn(FULL_WIDTH, one));
  const [name, plain] = (sign === undefined ? undefined : FULL_WIDTH[sign]) ?? [];
  return name === undefined
    ? undefined
    : `"${sign}" is a full-width ${name}; write the plain ${plain === '"' ? `'"'` : `"${plain}"`}`;
}
