import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseDockerfile } from '../../../src/image/review/dockerfile.js';
import { labelsIn, reviewDockerfile } from '../../../src/image/review/rules.js';

const digest = `sha256:${'0'.repeat(64)}`;
const review = (content: string, build: { target?: string; buildArgs?: string[] } = {}) =>
  reviewDockerfile(parseDockerfile(content), { target: build.target, buildArgs: build.buildArgs ?? [] }).map(
    ({ rule, line }) => `${rule}${line === undefined ? '' : `:${line}`}`,
  );
const good = `FROM alpine:3.20@${digest}\nHEALTHCHECK NONE\nUSER 65534\n`;

describe('reading a Dockerfile', () => {
  test('instructions go on over escaped line ends, with comments and empty lines between', () => {
    const { stages } = parseDockerfile('FROM a\nRUN one \\\n# why\n\n  two\ncopy x /y');
    expect(stages[0]?.instructions).toEqual([
      { keyword: 'RUN', text: 'one  two', line: 2 },
      { keyword: 'COPY', text: 'x /y', line: 6 },
    ]);
  });

  test('a here-document is not taken for instructions', () => {
    const { stages } = parseDockerfile(
      'FROM a\nRUN <<EOF\nUSER root\nFROM b\nEOF\nCOPY <<-A <<"B" /\n\tUSER x\n\tA\nUSER y\nB\nUSER app',
    );
    expect(stages).toHaveLength(1);
    expect(stages[0]?.instructions.map(({ keyword, line }) => [keyword, line])).toEqual([
      ['RUN', 2],
      ['COPY', 6],
      ['USER', 11],
    ]);
  });

  test('the escape character can be another one', () => {
    const { stages } = parseDockerfile('# syntax=docker/dockerfile:1\n# escape=`\nFROM a\nRUN dir C:\\ `\n  next');
    expect(stages[0]?.instructions[0]?.text).toMatch(/^dir C:\\\s+next$/);
  });

  test('whatever a file holds is read to its end', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.constantFrom('FROM a AS b', 'RUN x \\', 'RUN <<E', 'E', '# escape=`', 'ARG A'))),
        (lines) => {
          const { global, stages } = parseDockerfile(lines.join('\n'));
          for (const { line } of [...global, ...stages]) expect(line).toBeLessThanOrEqual(lines.join('\n').split('\n').length);
        },
      ),
    );
  });
});

describe('what a reviewer would point at', () => {
  test('nothing in a good one', () => {
    expect(review(good)).toEqual([]);
  });

  test.each([
    ['no tag', 'FROM alpine', ['BaseImageLatest:1']],
    ['latest', 'FROM ghcr.io:443/o/alpine:latest', ['BaseImageLatest:1']],
    ['a registry with a port and no tag', 'FROM localhost:5000/alpine', ['BaseImageLatest:1']],
    ['a tag without digest', 'FROM alpine:3.20', ['BaseImageWithoutDigest:1']],
    ['a digest alone', `FROM alpine@${digest}`, []],
    ['scratch', 'FROM scratch', []],
    ['a variable with a default', 'ARG V=3.20\nFROM alpine:$V', ['BaseImageWithoutDigest:2']],
    ['a variable with a default in place', ['ARG V\nFROM alpine:$', '{V:-latest}'].join(''), ['BaseImageLatest:2']],
    ['a platform in front', 'FROM --platform=$BUILDPLATFORM alpine', ['BaseImageLatest:1']],
  ])('base image: %s', (_name, from, findings) => {
    expect(review(`${from}\nHEALTHCHECK NONE\nUSER app\n`)).toEqual(findings);
  });

  test('a base image that a build argument pins is pinned', () => {
    const content = 'ARG BASE=alpine\nFROM $BASE\nHEALTHCHECK NONE\nUSER app\n';
    expect(review(content, { buildArgs: [`BASE=alpine@${digest}`] })).toEqual([]);
    expect(review(content)).toEqual(['BaseImageLatest:2']);
  });

  test.each([
    ['no USER', 'FROM scratch\nHEALTHCHECK NONE', ['RootUser:1']],
    ['root at the end', 'FROM scratch\nHEALTHCHECK NONE\nUSER app\nUSER root', ['RootUser:4']],
    ['root by its number, with a group', 'FROM scratch\nHEALTHCHECK NONE\nUSER 0:0', ['RootUser:3']],
    ['a USER of the stage below', 'FROM scratch AS base\nUSER app\nFROM base\nHEALTHCHECK NONE', []],
    ['a USER of another stage', 'FROM scratch AS build\nUSER app\nFROM scratch\nHEALTHCHECK NONE', ['RootUser:3']],
  ])('user: %s', (_name, content, findings) => {
    expect(review(content)).toEqual(findings);
  });

  test('only the stage that is built counts', () => {
    const content = 'FROM scratch AS app\nUSER app\nHEALTHCHECK NONE\nFROM scratch AS test\n';
    expect(review(content, { target: 'app' })).toEqual([]);
    expect(review(content, { target: '0' })).toEqual([]);
    expect(review(content)).toEqual(['RootUser:4', 'NoHealthcheck']);
  });

  test.each([
    ['lists that stay', 'RUN apt-get update && apt-get install -y curl', ['AptListsKept:4']],
    ['lists that are removed', 'RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*', []],
    ['lists in a cache', 'RUN --mount=type=cache,target=/var/lib/apt apt-get install -y curl', []],
    ['over several lines', 'RUN apt-get update \\\n && apt-get install -y \\\n curl', ['AptListsKept:4']],
    ['another install', 'RUN npm install', []],
  ])('apt: %s', (_name, run, findings) => {
    expect(review(`${good}${run}\n`)).toEqual(findings);
  });

  test('a secret that stands there in full', () => {
    expect(review(`${good}ENV GH=ghp_${'a'.repeat(36)}\n`)).toEqual(['SecretInDockerfile:4']);
  });
});

test('labels that the image gets from its Dockerfile are known, those of other stages are not', () => {
  const content =
    'FROM a AS other\nLABEL x=1\nFROM b AS base\nLABEL "org.opencontainers.image.title"="Soup of the day" y=2\nFROM base\nLABEL z="a b=c"\n';
  expect([...labelsIn(parseDockerfile(content), undefined)].filter((name) => name !== 'b')).toEqual([
    'z',
    'org.opencontainers.image.title',
    'y',
  ]);
});
