import { readFields, writeFields } from './csv-fields.js';

/** One entry of a list input. */
export interface ListItem {
  readonly text: string;
  /** Of the input, from 1; where the entry begins. */
  readonly line: number;
}

/**
 * What the lines of a list hold: `values` of one entry each, whose commas are their own; `words`, which commas separate too; or `attributes` such as
 * `type=image,"name=a,b"`, of which the engine reads the commas and quotes.
 */
export type ListKind = 'values' | 'words' | 'attributes';

/** A line as it was cut into fields. */
interface Row {
  readonly fields: readonly string[];
  readonly line: number;
}

/** Stands in no input, so that it separates nothing: the runner passes inputs as variables, which end there (execve(2)). */
const NO_DELIMITER = '\0';

/**
 * Reads a list as docker/build-push-action does (github.com/docker/actions-toolkit, Util.getInputList): quotes around an entry are taken off, one in quotes
 * may go over several lines, and `""` within them is a quote. A line that begins with `#` is a comment. Quotes inside an entry stay as they are written.
 * @throws RangeError naming the line of a quote that is not closed, or of an empty entry; what stands there may be a secret and is not repeated
 */
export async function readList(raw: string, kind: ListKind): Promise<readonly ListItem[]> {
  const delimiter = kind === 'values' ? NO_DELIMITER : ',';
  refuseJson(raw);
  const rows = raw.includes('"') ? await quotedRows(raw, delimiter) : plainRows(raw, delimiter);
  const dashed = rows.find(({ fields: [first = ''] }) => /^- +\S/.test(first));
  if (dashed !== undefined) {
    throw new RangeError(
      `line ${dashed.line} begins with "- ", as in a YAML list; in a block (\`|\`) each entry is a line of its own, without it`,
    );
  }
  const items = rows.flatMap((row, index) => itemsOf(row, kind, index === rows.length - 1));
  const empty = items.filter(({ text }) => text.trim() === '');
  if (empty.length > 0) throw new RangeError([...new Set(empty.map(emptyItem))].join('\n'));
  return items;
}

/** What an expression such as `toJSON` gives. Templates begin with two braces. */
function refuseJson(raw: string): void {
  const text = raw.trim();
  if (!/^(?:\[[\s\S]*\]|\{(?!\{)[\s\S]*\})$/.test(text)) return;
  throw new RangeError(
    `it is JSON, and a list is written one entry per line; from an expression \`join(fromJSON(…), ',')\` gives one where no entry has a comma`,
  );
}

function itemsOf({ fields, line }: Row, kind: ListKind, isLast: boolean): ListItem[] {
  if (kind === 'values') return fields.map((text) => ({ text, line }));
  if (kind === 'words') {
    const words = fields.flatMap((field) => field.trim().split(/\s*\n\s*|,/)).map((text) => ({ text: text.trim(), line }));
    // `a,` on one line and `b` on the next are two words: the comma and the end of the line separate the same two.
    return !isLast && words.length > 1 && words.at(-1)?.text === '' ? words.slice(0, -1) : words;
  }
  const [only = ''] = fields;
  // A line that stands in quotes as a whole has its attributes within them.
  const attributes = (fields.length === 1 ? readFields(only) : fields).map((attribute) => attribute.trim());
  return [{ text: attributes.includes('') ? '' : writeFields(attributes), line }];
}

/** Most lists have no quotes, and do without the library that reads them. */
const plainRows = (raw: string, delimiter: string): Row[] =>
  raw
    .split(/\r\n|\n|\r/)
    .map((text, index) => ({ text: text.trim(), line: index + 1 }))
    .filter(({ text }) => text !== '' && !text.startsWith('#'))
    .map(({ text, line }) => ({ fields: text.split(delimiter).map((field) => field.trim()), line }));

async function quotedRows(raw: string, delimiter: string): Promise<Row[]> {
  const { CsvError, parse } = await import('csv-parse/sync');
  const rows: Row[] = [];
  let read = 0;
  try {
    parse(raw, {
      delimiter,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_quotes: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      comment: '#',
      comment_no_infix: true,
      on_record: (fields: string[], { bytes }) => {
        rows.push({ fields, line: lineAfter(raw, read) });
        read = bytes;
        return null;
      },
    });
    return rows;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = lineAfter(raw, read);
    throw new RangeError(
      error.code === 'CSV_QUOTE_NOT_CLOSED'
        ? `line ${line} opens a quote that is not closed; end the entry with a quote too, or leave both out`
        : `line ${line} goes on after its closing quote; put the quotes around the whole entry, and write one within it twice`,
      { cause: error },
    );
  }
}

/** @returns the line of the first entry behind the bytes that have been read; blank lines and comments are none */
function lineAfter(raw: string, bytes: number): number {
  const bytesOfRaw = Buffer.from(raw);
  const before =
    bytesOfRaw
      .subarray(0, bytes)
      .toString()
      .match(/\r\n|\n|\r/g)?.length ?? 0;
  const passed = /^(?:[^\S\r\n]*(?:#[^\r\n]*)?(?:\r\n|\n|\r))*/.exec(bytesOfRaw.subarray(bytes).toString())?.[0] ?? '';
  return before + (passed.match(/\r\n|\n|\r/g)?.length ?? 0) + 1;
}

const emptyItem = ({ line }: ListItem): string =>
  `line ${line} has an empty entry; is an expression empty, or a comma too many? Take it out`;
