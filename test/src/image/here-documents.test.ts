import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseDockerfile } from '../../../src/image/review/dockerfile.js';
import { hereDocumentEnds } from '../../../src/image/review/here-documents.js';
import { literalSecrets } from '../../../src/image/review/literal-secrets.js';

const ends = (line: string) => hereDocumentEnds(line).map(({ word, tabs }) => (tabs ? `-${word}` : word));

test.each([
  ['RUN <<EOF', ['EOF']],
  ['COPY <<"my-eof" /t', ['my-eof']],
  ["COPY <<'npmrc.end' /root/.npmrc", ['npmrc.end']],
  ['COPY <<1EOF <<-TWO /x', ['1EOF', '-TWO']],
  ['COPY --chmod=600 <<"two words" /x', ['two words']],
  ['RUN <<my-eof', ['my-eof']],
  ['RUN 3<<EOF cat', ['EOF']],
  ['RUN <<E"O"F', ['EOF']],
  ['ONBUILD COPY <<EOF /t', ['EOF']],
  ['RUN echo $((1<<SHIFT))', []],
  ['RUN cat <<<HELLO', []],
  ['RUN echo "a <<EOF b"', []],
  ["RUN echo 'a <<EOF b'", []],
  ['RUN cat<<EOF', []],
  ['RUN echo it\\"s <<EOF', ['EOF']],
  ['RUN echo "open <<EOF', []],
  ['RUN ["cat", "<<EOF"]', []],
  ['ENV A=<<EOF', []],
  ['CMD <<EOF', []],
])('here-documents are read as BuildKit reads them: %s', (line, words) => {
  expect(ends(line)).toEqual(words);
});

describe('a token is seen', () => {
  const token = `ghp_${'a1B2'.repeat(9)}`;
  const lines = (content: string) => literalSecrets(parseDockerfile(content)).map(({ line }) => line);

  test('whatever word ends the here-document that it stands in', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'Z', '1', '-', '.', '_', '/', ' '), minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(word, (end) => {
        expect(lines(`FROM a\nCOPY <<"${end}" /t\n//x:_authToken=${token}\n${end}\nUSER 1\n`)).toEqual([3]);
      }),
    );
  });

  test('where the here-document can’t be read', () => {
    expect(lines(`FROM a\nRUN echo "open <<EOF\n${token}\n//x:_authToken=${token}\nEOF\n`)).toEqual([3, 4]);
  });
});

test.each(['RUN echo $((1<<SHIFT))', 'RUN cat <<<HELLO', 'RUN echo "a <<EOF b"', 'RUN dir C:\\\\', 'RUN <<my-eof\nmake\nmy-eof'])(
  'what follows %j is read',
  (run) => {
    const { stages } = parseDockerfile(`FROM a AS build\n${run}\nFROM b\nUSER 1\n`);
    expect(stages.map(({ base }) => base)).toEqual(['a', 'b']);
  },
);
