import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseDockerfile } from '../../../src/image/review/dockerfile.js';
import { argumentsInEnv, literalSecrets } from '../../../src/image/review/literal-secrets.js';
import { ownLabels } from '../../../src/image/review/own-labels.js';
import type { RuleFinding } from '../../../src/image/review/rule-finding.js';
import { reviewDockerfile } from '../../../src/image/review/rules.js';
import type { ReviewedBuild } from '../../../src/image/review/stages.js';
import { unusedArguments } from '../../../src/image/review/unused-arguments.js';

const digest = `sha256:${'0'.repeat(64)}`;
const plain: ReviewedBuild = { target: undefined, buildArgs: [], contexts: [] };
const shown = ({ rule, line }: RuleFinding) => `${rule}${line === undefined ? '' : `:${line}`}`;
const review = (content: string, build: Partial<ReviewedBuild> = {}) =>
  reviewDockerfile(parseDockerfile(content), { ...plain, ...build }, { nowMs: 0, context: undefined })
    .filter(({ rule }) => rule !== 'NoCacheMount')
    .map(shown);
const secretsOf = (content: string) => literalSecrets(parseDockerfile(content)).map(shown);
const good = `FROM alpine:3.20@${digest}\nHEALTHCHECK NONE\nUSER 65534\n`;

describe('reading a Dockerfile', () => {
  test('instructions go on over escaped line ends, with comments and empty lines between', () => {
    const { stages } = parseDockerfile('FROM a\nRUN one \\\n# why\n\n  two\ncopy x /y');
    expect(stages[0]?.instructions).toEqual([
      { keyword: 'RUN', text: 'one  two', line: 2, documents: [] },
      { keyword: 'COPY', text: 'x /y', line: 6, documents: [] },
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
    ['root by another spelling of its number', 'FROM scratch\nHEALTHCHECK NONE\nUSER 00', ['RootUser:3']],
    ['root by a variable', 'FROM scratch\nHEALTHCHECK NONE\nARG UID=0\nUSER $UID:1', ['RootUser:4']],
    ['somebody by a variable', 'FROM scratch\nHEALTHCHECK NONE\nENV UID=1000\nUSER $UID', []],
    ['a USER of the stage below', 'FROM scratch AS base\nUSER app\nFROM base\nHEALTHCHECK NONE', []],
    ['a USER of another stage', 'FROM scratch AS build\nUSER app\nFROM scratch\nHEALTHCHECK NONE', ['RootUser:3']],
  ])('user: %s', (_name, content, findings) => {
    expect(review(content)).toEqual(findings);
  });

  test.each([
    ['a whole image that is copied from', 'COPY --from=busybox:latest /x /x', ['BaseImageLatest:4']],
    ['an image that is mounted', 'RUN --mount=from=busybox:1,target=/x true', ['BaseImageWithoutDigest:4']],
    ['another context', 'COPY --from=assets /x /x', []],
  ])('images beside the base image: %s', (_name, line, findings) => {
    expect(review(`${good}${line}\n`, { contexts: ['assets'] })).toEqual(findings);
  });

  test('a stage that is misspelt would be an image of Docker Hub', () => {
    const content = `FROM scratch AS build\n${good}COPY --from=biuld /x /x\n`;
    expect(review(content)).toContain('UnknownStage:5');
    expect(review(content.replace('biuld', 'build'))).toEqual([]);
  });

  test.each([
    ['two arguments in one', ['NODE=24,VERSION=1']],
    ['an empty one', ['NODE=']],
  ])('what can be no name of an image is named as that, without the values: %s', (_name, buildArgs) => {
    const content = 'ARG NODE=20\nFROM node:$NODE-alpine\nHEALTHCHECK NONE\nUSER app\n';
    const found = reviewDockerfile(parseDockerfile(content), { ...plain, buildArgs }, { nowMs: 0, context: undefined });
    expect(found.map(shown)).toEqual(['BaseImageInvalid:2']);
    expect(found[0]?.text).toContain('node:$NODE-alpine gives no name of an image');
    expect(found[0]?.text).not.toContain('VERSION');
  });

  test('what build arguments give is in no finding', () => {
    const content = 'ARG NODE\nFROM node:$NODE\nHEALTHCHECK NONE\nUSER app\n';
    const found = reviewDockerfile(
      parseDockerfile(content),
      { ...plain, buildArgs: ['NODE=hunter2'] },
      { nowMs: 0, context: undefined },
    );
    expect(found.map(shown)).toEqual(['BaseImageWithoutDigest:2']);
    expect(found[0]?.text).toContain('Add its digest: node:$NODE@sha256');
  });

  test('a build argument that no ARG takes is told, with what was meant', () => {
    const [first, ...rest] = unusedArguments(parseDockerfile('ARG A\nFROM scratch\nARG NODE_VERSION=24\n'), [
      'NODEVERSION=hunter2',
      'A=1',
      'HTTPS_PROXY=x',
      'BUILDKIT_INLINE_CACHE=1',
      'TARGETARCH=x',
    ]);
    expect(rest).toEqual([]);
    expect(first?.text).toBe('`build-args` gives NODEVERSION, and no ARG takes it. Did you mean NODE_VERSION?');
    expect(unusedArguments(parseDockerfile('FROM scratch\nONBUILD ARG APP_VERSION\n'), ['APP_VERSION=1'])).toEqual([]);
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
    [
      'lists in a cache that is written the other way',
      'RUN --mount=target=/var/lib/apt/lists,type=cache --mount=dst=/var/cache/apt,type=cache apt-get install -y curl',
      [],
    ],
    ['a cache of something else', 'RUN --mount=type=cache,target=/var/cache/apt apt-get install -y curl', ['AptListsKept:4']],
    ['lists that go with others', 'RUN apt-get install -y curl && rm -rf /tmp/* /var/lib/{apt,dpkg}', []],
    ['in a here-document', 'RUN <<EOF\napt-get install -y curl\nEOF', ['AptListsKept:4']],
    ['in a here-document that cleans up', 'RUN <<EOF\napt-get install -y curl\nrm -rf /var/lib/apt/lists/*\nEOF', []],
    ['over several lines', 'RUN apt-get update \\\n && apt-get install -y \\\n curl', ['AptListsKept:4']],
    ['another install', 'RUN make install', []],
  ])('apt: %s', (_name, run, findings) => {
    expect(review(`${good}${run}\n`)).toEqual(findings);
  });

  test.each([
    [
      'lists of a stage that does not ship',
      'FROM a:1 AS build\nRUN apt-get install -y gcc\nFROM scratch\nCOPY --from=build /x /x',
      [],
    ],
    ['lists of a stage below', 'FROM scratch AS build\nRUN apt-get install -y gcc\nFROM build', ['AptListsKept:2']],
  ])('apt: %s', (_name, content, findings) => {
    expect(review(`${content}\nUSER app\nHEALTHCHECK NONE`).filter((one) => one.startsWith('Apt'))).toEqual(findings);
  });

  const token = `ghp_${'a'.repeat(36)}`;
  test.each([
    ['in ENV', `${good}ENV GH=${token}`, ['SecretInDockerfile:4']],
    ['in front of the first FROM', `ARG GH=${token}\n${good}`, ['SecretInDockerfile:1']],
    ['in a label', `${good}LABEL gh=${token}`, ['SecretInDockerfile:4']],
    ['in a command', `${good}CMD ["app", "${token}"]`, ['SecretInDockerfile:4']],
    ['in what a here-document runs', `${good}RUN <<EOT\nset -e\ncurl -H "Bearer ${token}" x\nEOT`, ['SecretInDockerfile:6']],
    [
      'in a file that stands in the Dockerfile',
      `${good}COPY <<-"A" <<B /\n\tx\n\tA\n_authToken=npm_${'b'.repeat(36)}\nB`,
      ['SecretInDockerfile:7'],
    ],
    ['of a stage that does not ship', `FROM scratch AS tools\nRUN login ${token}\n${good}`, ['SecretInDockerfile:2']],
    ['that is a private key', `${good}COPY <<K /k\n-----BEGIN RSA PRIVATE KEY-----\nK`, ['SecretInDockerfile:5']],
    ['nowhere', `${good}# ${token}\nRUN --mount=type=secret,id=gh cat /run/secrets/gh`, []],
  ])('a secret: %s', (_name, content, findings) => {
    expect(secretsOf(content)).toEqual(findings);
  });
});

describe('what a FROM leads to', () => {
  const end = '\nUSER app\nHEALTHCHECK NONE\n';
  const brace = (inner: string) => ['$', '{', inner, '}'].join('');

  test.each<[string, string, Partial<ReviewedBuild>]>([
    ['a named context', 'FROM base', { contexts: ['base'] }],
    ['a named context in place of an image', 'FROM docker.io/library/alpine:latest', { contexts: ['alpine'] }],
    ['a named context in place of a stage', 'FROM alpine AS tools\nFROM tools', { contexts: ['tools'] }],
    [
      'a stage of the platform',
      `FROM scratch AS base-amd64\nUSER a\nFROM scratch AS base-arm64\nUSER a\nFROM base-${brace('TARGETARCH')}`,
      {},
    ],
    ['a stage of the system', 'FROM scratch AS binaries-linux\nFROM binaries-$TARGETOS', {}],
    ['a stage with a variable that is not set', `FROM scratch AS kit-linux\nFROM kit-$TARGETOS${brace('DEBUG:+-debug')}`, {}],
    [
      'a stage with a variable that is set',
      `ARG DEBUG\nFROM scratch AS kit-debug\nFROM kit${brace('DEBUG:+-debug')}`,
      { buildArgs: ['DEBUG=1'] },
    ],
    ['a stage by a default', `ARG V\nFROM scratch AS app-dev\nFROM app-${brace('V:-dev')}`, {}],
    ['a stage by a default within a default', `FROM scratch AS app-b\nFROM app-${brace(`V:-${brace('W:-b')}`)}`, {}],
    ['a stage by a name in quotes', 'FROM scratch AS one\nFROM "one"', {}],
    ['a stage in other letters', 'FROM scratch AS One\nFROM oNE', {}],
    [
      'a stage by an argument that another gives',
      `ARG KIND=one\nARG STAGE=${brace('KIND')}\nFROM scratch AS one\nFROM $STAGE`,
      {},
    ],
    ['a stage by a text that is cut', `ARG V=a-b\nFROM scratch AS a\nFROM ${brace('V%-*}').slice(0, -1)}`, {}],
  ])('%s is no image that may change', (_name, from, build) => {
    expect(review(`${from}${end}`, build).filter((one) => one.startsWith('Base'))).toEqual([]);
  });

  test('the user of each stage that it may lead to is known', () => {
    const two = (second: string) =>
      `FROM scratch AS base-amd64\nUSER a\nFROM scratch AS base-arm64\n${second}\nFROM base-$TARGETARCH\nHEALTHCHECK NONE\n`;
    expect(review(two('USER b'))).toEqual([]);
    expect(review(two('USER root'))).toEqual(['RootUser:4']);
  });

  test('who runs a named context is for that to say', () => {
    expect(review('FROM base\nCOPY x /x\n', { contexts: ['base'] })).toEqual([]);
  });

  test.each([
    ['a stage that nothing needs', `FROM alpine AS spare\n${good}`, []],
    ['a stage that is copied from', `FROM alpine AS tools\n${good}COPY --chmod=755 --from=tools /x /x`, ['BaseImageLatest:1']],
    ['a stage that is copied from by its number', `FROM alpine\n${good}COPY --from=0 /x /x`, ['BaseImageLatest:1']],
    ['a stage that is mounted', `FROM alpine AS tools\n${good}RUN --mount=target=/x,from=tools x`, ['BaseImageLatest:1']],
  ])('the base image of %s', (_name, content, findings) => {
    expect(review(content)).toEqual(findings);
  });

  test.each(['gcr.io/distroless/static:nonroot', 'nginxinc/nginx-unprivileged:1', 'cgr.dev/chainguard/node:latest'])(
    '%s says by its name that it is not root',
    (base) => {
      expect(review(`FROM ${base}\nCOPY app /app\n`).join()).not.toContain('RootUser');
    },
  );

  test('a build argument that no ARG takes changes nothing', () => {
    expect(review(`FROM $BASE${end}`, { buildArgs: ['BASE=alpine'] })).toEqual([]);
  });

  test('whatever FROM holds, the graph is walked to its end', () => {
    const piece = fc.constantFrom('a', 'b', '-', '$A', '$TARGETOS', '$', '{', '}', ':', ':+', ':-', '%', '"');
    const line = fc
      .tuple(fc.array(piece, { maxLength: 8 }), fc.constantFrom('a', 'b', 'a-b'))
      .map(([from, name]) => `FROM ${from.join('')} AS ${name}`);
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 6 }), (lines) => {
        expect(() => review(`ARG A=a\n${lines.join('\n')}`)).not.toThrow();
      }),
    );
  });
});

describe('labels that the image gets from its Dockerfile', () => {
  const title = 'org.opencontainers.image.title';
  const has = (content: string, buildArgs: string[] = []) =>
    ownLabels(parseDockerfile(content), { ...plain, buildArgs }).has(title);

  test.each([
    ['in quotes', `LABEL "${title}"="Soup of the day" y=2`],
    ['in single quotes', `LABEL '${title}'='My App'`],
    ['in the old form', `LABEL ${title} My App`],
    ['behind another one', `LABEL z="a b=c" ${title}=x`],
    ['by an argument', `ARG P=org.opencontainers.image\nLABEL $P.title=x`],
    ['by a variable that is not known', 'LABEL $P.title=x'],
  ])('are known: %s', (_name, label) => {
    expect(has(`FROM a AS base\n${label}\nFROM base\n`)).toBe(true);
  });

  test.each([
    ['of another stage', `FROM a AS other\nLABEL ${title}=1\nFROM b`],
    ['in a value', `FROM a\nLABEL x="a ${title}=1"`],
    ['of another name', 'FROM a\nLABEL $P.version=1'],
    ['by an argument that is something else', 'FROM a\nARG P=com.example\nLABEL $P.title=x'],
  ])('are not those: %s', (_name, content) => {
    expect(has(content)).toBe(false);
  });

  test('by a build argument', () => {
    const content = 'ARG P\nFROM a\nARG P\nLABEL $P.title=x';
    expect(has(content, ['P=org.opencontainers.image'])).toBe(true);
    expect(has(content, ['P=com.example'])).toBe(false);
  });
});

describe('a password', () => {
  const refused = (content: string, buildArgs: string[] = []) => {
    const file = parseDockerfile(content);
    return [...literalSecrets(file), ...argumentsInEnv(file, { ...plain, buildArgs })].map(shown);
  };

  test.each([
    ['in an address in ENV', 'ENV DATABASE_URL=postgres://velo:hunter2x@db/velo', [], ['SecretInDockerfile:2']],
    ['in an address in ARG', 'ARG URL=redis://:hunter2x@db', [], ['SecretInDockerfile:2']],
    ['in an address in LABEL', 'LABEL url="https://u:hunter2x@x"', [], ['SecretInDockerfile:2']],
    ['of an ARG in ENV', 'ARG DB_PASSWORD=hunter2x\nENV PW=$DB_PASSWORD', [], ['SecretInDockerfile:3']],
    ['of an ARG in ENV, given from outside', 'ARG API_TOKEN\nENV T="x-$API_TOKEN"', ['API_TOKEN=abc'], ['SecretInDockerfile:3']],
    ['of an ARG that is not given', 'ARG API_TOKEN\nENV T=$API_TOKEN', [], []],
    ['that is a variable', 'ENV URL=postgres://velo:$PW@db/velo', [], []],
    ['that stands for one', 'ENV DATABASE_URL=postgres://user:password@localhost/x', [], []],
    ['of nobody, for a step', 'RUN DATABASE_URL=postgres://a:b1c2d3@localhost/x npm run build', [], []],
    ['that is a number of seconds', 'ARG TOKEN_LIFE=3600\nENV L=$TOKEN_LIFE', [], []],
    ['that is where a secret lies', 'ARG SECRET_PATH=/run/x\nENV P=$SECRET_PATH', [], []],
  ])('%s', (_name, content, buildArgs, findings) => {
    expect(refused(`FROM scratch\n${content}\n`, buildArgs as string[])).toEqual(findings);
  });
});
