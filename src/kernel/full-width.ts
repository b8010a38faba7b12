/** What a keyboard for Chinese or Japanese types in place of the signs of a list, and looks the same. */
const SIGNS: Readonly<Record<string, readonly [name: string, plain: string]>> = {
  '“': ['quote', '"'],
  '”': ['quote', '"'],
  '＂': ['quote', '"'],
  '‘': ['quote', "'"],
  '’': ['quote', "'"],
  '＇': ['quote', "'"],
  '＝': ['equals sign', '='],
  '，': ['comma', ','],
  '、': ['comma', ','],
  '。': ['dot', '.'],
  '：': ['colon', ':'],
  '；': ['semicolon', ';'],
  '／': ['slash', '/'],
  '．': ['dot', '.'],
  '－': ['hyphen', '-'],
  '％': ['percent sign', '%'],
  '～': ['tilde', '~'],
  '｛': ['brace', '{'],
  '｝': ['brace', '}'],
  '（': ['parenthesis', '('],
  '）': ['parenthesis', ')'],
  '［': ['bracket', '['],
  '］': ['bracket', ']'],
  '【': ['bracket', '['],
  '】': ['bracket', ']'],
  '\u3000': ['blank', ' '],
};

/** Unicode, "Halfwidth and Fullwidth Forms": U+FF01 to U+FF5E are the printable characters of ASCII in their order. */
const OFFSET = 0xfee0;

function read(sign: string): readonly [name: string, plain: string] | undefined {
  if (Object.hasOwn(SIGNS, sign)) return SIGNS[sign];
  if (!/[\uff01-\uff5e]/.test(sign)) return undefined;
  const plain = String.fromCharCode(sign.charCodeAt(0) - OFFSET);
  return [/\d/.test(plain) ? 'digit' : /[a-z]/i.test(plain) ? 'letter' : 'sign', plain];
}

/** @returns what to write for the first sign of its kind; undefined when there is none */
export function fullWidthIn(text: string): string | undefined {
  for (const sign of text) {
    const [name, plain] = read(sign) ?? [];
    if (name !== undefined) return `"${sign}" is a full-width ${name}; write the plain ${plain === '"' ? `'"'` : `"${plain}"`}`;
  }
  return undefined;
}
