import { csv, readFields } from '../csv-fields.js';

/** `type=registry,ref=…` in its parts. */
export type Attributes = Readonly<Record<string, string>>;

/**
 * Reads attributes as a plan of bake holds them: as an object since buildx 0.19, before that as the text that stood in the file (fields as in RFC 4180).
 * A path alone is what `--output` takes it for: a directory, or the standard output.
 */
export function readAttributes(entry: string | Attributes): Attributes {
  if (typeof entry !== 'string') return entry;
  const fields = readFields(entry);
  const [only = ''] = fields;
  if (fields.length === 1 && !only.includes('='))
    return only === '-' ? { type: 'tar', dest: '-' } : { type: 'local', dest: only };
  return Object.fromEntries(fields.map(splitField));
}

/** The text for them, which every buildx reads. */
export const formatAttributes = (attributes: Attributes): string => csv(attributes);

function splitField(field: string): [string, string] {
  const equals = field.indexOf('=');
  return equals < 0 ? [field, ''] : [field.slice(0, equals), field.slice(equals + 1)];
}
