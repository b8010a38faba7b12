/** Fields between commas, as buildx reads attributes (RFC 4180): a comma or a quote inside a field needs quotes around it. */
export const writeFields = (fields: readonly string[]): string =>
  fields.map((field) => (/[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(',');

export function readFields(text: string): string[] {
  const fields = text.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g);
  return [...fields].map(([, quoted, bare = '']) => quoted?.replaceAll('""', '"') ?? bare);
}

/** `type=image,"name=a,b"` and the like. */
export const csv = (fields: Readonly<Record<string, string>>): string =>
  writeFields(Object.entries(fields).map(([key, value]) => `${key}=${value}`));

/** `name=value` of each field, without the blanks around them; a field without `=` has no value. */
export const readPairs = (text: string): Array<readonly [name: string, value: string | undefined]> =>
  readFields(text).map((field) => {
    const equals = field.indexOf('=');
    return equals < 0 ? [field.trim(), undefined] : [field.slice(0, equals).trim(), field.slice(equals + 1).trim()];
  });
