import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type ListKind, readList } from '../../../src/image/list.js';

const texts = async (raw: string, kind: ListKind) => (await readList(raw, kind)).map(({ text }) => text);

describe('values, one per line', () => {
  test.each<[string, string, string[]]>([
    ['one', 'FOO=bar', ['FOO=bar']],
    ['lines, blank ones among them', 'A=1\n\n  B=2 \n', ['A=1', 'B=2']],
    ['the line ends of Windows', 'A=1\r\nB=2\r\n', ['A=1', 'B=2']],
    ['commas and equal signs', 'TOKEN=abc,def=0123', ['TOKEN=abc,def=0123']],
    ['quotes around a line', '"VERSION=24.10"\n"CLOUD=true"', ['VERSION=24.10', 'CLOUD=true']],
    ['a value of several lines', '"M=one\n\ntwo\nthree=x"\nB=2', ['M=one\n\ntwo\nthree=x', 'B=2']],
    ['a quote within quotes', '"M=a""b"', ['M=a"b']],
    ['quotes inside a line, as they are', 'A="x"\nB=["a","b","c"]\nC={"a,b":1}', ['A="x"', 'B=["a","b","c"]', 'C={"a,b":1}']],
    ['a comment', '# versions\nA=1 # no comment\n  # more\n"B=#2\n# 3"', ['A=1 # no comment', 'B=#2\n# 3']],
    ['blanks around quotes', '  "A=1"  \nB=2', ['A=1', 'B=2']],
  ])('%s', async (_name, raw, expected) => {
    expect(await texts(raw, 'values')).toEqual(expected);
  });
});

describe('words', () => {
  test.each<[string, string, string[]]>([
    ['on lines and between commas', 'a, b\nc', ['a', 'b', 'c']],
    ['in quotes, each and together', '"a:1"\n"b:1","c:1"\n"d:1,e:1"', ['a:1', 'b:1', 'c:1', 'd:1', 'e:1']],
    ['with a comma at the end of a line, before the next', 'a,\nb,\nc', ['a', 'b', 'c']],
    ['in one pair of quotes around lines', '"a:1\nb:1\n"', ['a:1', 'b:1']],
  ])('%s', async (_name, raw, expected) => {
    expect(await texts(raw, 'words')).toEqual(expected);
  });
});

describe('attributes', () => {
  test.each<[string, string, string[]]>([
    ['keep the quotes that the engine reads', 'type=image,"name=a,b",push=true', ['type=image,"name=a,b",push=true']],
    ['lose those around the line', '"type=local,dest=out"', ['type=local,dest=out']],
    ['lose those around the line alone', '"type=image,""name=a,b"",push=true"', ['type=image,"name=a,b",push=true']],
    ['may begin with a quote', '"name=a,b",type=image', ['"name=a,b",type=image']],
    ['lose blanks', 'type=gha, mode=max\n\n-', ['type=gha,mode=max', '-']],
  ])('%s', async (_name, raw, expected) => {
    expect(await texts(raw, 'attributes')).toEqual(expected);
  });
});

describe('what is wrong is named by its line, without what stands there', () => {
  test.each<[string, string, ListKind, RegExp]>([
    ['a quote that is not closed', 'A=1\n\n"hunter2=x\ny', 'values', /^line 3 opens a quote that is not closed; .*/],
    ['the same behind a comment', '# "\n"a","b"\r\n  "hunter2', 'words', /^line 3 opens a quote/],
    ['one after lines in quotes', '"é=1\r\n2"\r\n"hunter2', 'values', /^line 3 opens a quote/],
    ['text behind the closing quote', '"A=1" hunter2', 'values', /^line 1 goes on after its closing quote; .*/],
    ['quotes that are empty', 'A=1\n""', 'values', /^line 2 has an empty entry; .*/],
    ['two commas', 'a\nb,,hunter2', 'words', /^line 2 has an empty entry/],
    ['a comma in front', ',a', 'words', /^line 1 has an empty entry/],
    ['a comma at the end', 'a,b,', 'words', /^line 1 has an empty entry/],
    ['only a comma', ',', 'words', /^line 1 has an empty entry/],
    ['two commas of attributes', 'type=gha,,mode=max', 'attributes', /^line 1 has an empty entry/],
  ])('%s', async (_name, raw, kind, message) => {
    await expect(readList(raw, kind)).rejects.toThrow(message);
    await expect(readList(raw, kind)).rejects.not.toThrow(/hunter2/);
    await expect(readList(raw, kind)).rejects.toBeInstanceOf(RangeError);
  });
});

describe('whatever the entries are', () => {
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const entry = fc
    .string({ unit: fc.constantFrom('a', '=', ',', '"', ' ', '\n', '#', 'é'), minLength: 1 })
    .filter((text) => text.trim() !== '');

  test('in quotes they arrive as they are, each on its line', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(entry), async (entries) => {
        const items = await readList(entries.map(quoted).join('\n'), 'values');
        expect(items.map(({ text }) => text)).toEqual(entries);
        const lines = entries.map((_, index) => entries.slice(0, index).join('\n').split('\n').length + (index > 0 ? 1 : 0));
        expect(items.map(({ line }) => line)).toEqual(lines);
      }),
    );
  });

  test('those without quotes are read alike, whether or not another one has some', async () => {
    const plain = fc.string({ unit: fc.constantFrom('a', '=', ',', ' ', '#', '\n', '\r\n') });
    const kinds = fc.constantFrom<ListKind>('values', 'words', 'attributes');
    const outcome = (raw: string, kind: ListKind) => readList(raw, kind).catch((error: Error) => error.message);
    await fc.assert(
      fc.asyncProperty(plain, kinds, async (text, kind) => {
        const alone = await outcome(`${text}\nlast`, kind);
        const beside = await outcome(`${text}\n"last"`, kind);
        expect(beside).toEqual(alone);
      }),
    );
  });

  test('nothing else than the sentences above comes out', async () => {
    const any = fc.string({ unit: fc.constantFrom('a', '=', ',', '"', ' ', '#', '\n', '\r\n', '\t') });
    await fc.assert(
      fc.asyncProperty(any, fc.constantFrom<ListKind>('values', 'words', 'attributes'), async (raw, kind) => {
        const read = await readList(raw, kind).catch((error: unknown) => {
          expect(error).toBeInstanceOf(RangeError);
          return [];
        });
        for (const { text } of read) expect(text.trim()).not.toBe('');
      }),
    );
  });
});

describe('what belongs to another notation is named as that', () => {
  test.each<[string, string, ListKind, RegExp]>([
    ['a YAML list', '- ghcr.io/o/a:1\n- ghcr.io/o/a:2', 'words', /^line 1 begins with "- ", as in a YAML list; in a block/],
    ['one of its entries', 'A=1\n- B=2', 'values', /^line 2 begins with "- "/],
    ['one in quotes', '- "A=1"', 'values', /^line 1 begins with "- "/],
    ['JSON', '["ghcr.io/o/a:1"]', 'words', /^it is JSON, and a list is written one entry per line/],
    ['JSON of pairs', '{"A": "correct-horse"}', 'values', /^(?!.*correct-horse)it is JSON/],
    ['JSON over lines', '[\n  "linux/amd64"\n]', 'words', /^it is JSON/],
  ])('%s', async (_name, raw, kind, message) => {
    await expect(readList(raw, kind)).rejects.toThrow(message);
  });

  test.each<[string, ListKind]>([
    ['-', 'attributes'],
    ['{{defaultContext}}:docker', 'words'],
    ['name=- x', 'values'],
    ['--flag', 'values'],
  ])('%s is none', async (raw, kind) => {
    expect((await readList(raw, kind)).map(({ text }) => text)).toEqual([raw]);
  });
});
