import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { reviewCompose } from '../../../src/image/review/compose.js';
import { contextFiles } from '../../../src/image/review/context-files.js';
import { parseDockerfile } from '../../../src/image/review/dockerfile.js';
import { ignoreMatcher } from '../../../src/image/review/ignore-file.js';
import { reviewDockerfile } from '../../../src/image/review/rules.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'd9-review-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const write = (path: string, content = '') => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
};
const variable = (name: string) => ['$', '{', name, '}'].join('');
const NOW = Date.parse('2026-02-01');
const found = (content: string, nowMs = NOW) =>
  reviewDockerfile(
    parseDockerfile(content),
    { target: undefined, buildArgs: [], contexts: [] },
    { nowMs, context: contextFiles(root, join(root, 'Dockerfile')) },
  );
/** What a rule says, with its line. */
const review = (rule: string, content: string, nowMs = NOW) =>
  found(content, nowMs)
    .filter((finding) => finding.rule === rule)
    .map(({ line, text }) => `${line} ${text}`);
const lines = (rule: string, content: string) => review(rule, content).map((text) => Number(text.split(' ')[0]));

describe('base images that get no more fixes', () => {
  test.each([
    ['node:18-alpine', 'node 18 has had no security fixes since 2025-04-30'],
    ['node:18.20.1', 'node 18.20.1 has had'],
    ['python:3.9.18-slim', 'python 3.9.18 has had no security fixes since 2025-10-31'],
    ['docker.io/library/debian:buster-slim', 'debian 10 has had'],
    ['node:22-alpine3.18', 'alpine 3.18 has had'],
    ['python:3.12-slim-buster', 'debian 10 has had'],
    ['ubuntu:focal', 'ubuntu 20.04 has had'],
    ['public.ecr.aws/docker/library/alpine:3.19', 'alpine 3.19 has had'],
    ['openjdk:17', 'openjdk 17 has had'],
    ['mcr.microsoft.com/dotnet/aspnet:6.0', 'dotnet 6.0 has had'],
    ['mcr.microsoft.com/dotnet/core/aspnet:3.1', 'dotnet 3.1 has had'],
    ['docker.io/node:18', 'node 18 has had'],
    ['index.docker.io/library/node:18', 'node 18 has had'],
    ['node:9', 'node 9 is older than 10, which has had no security fixes since 2021-04-30'],
    ['python:3.4', 'python 3.4 is older than 3.5'],
    ['php:5.6-fpm', 'php 5.6 is older than 7.4'],
    ['php:7', 'php 7 has had no security fixes since 2022-11-28'],
    ['postgres:9.6', 'postgres 9.6 is older than 11'],
    ['alpine:3.9', 'alpine 3.9 is older than 3.10'],
    ['ubuntu:18.10', 'ubuntu 18.10 is older than 20.04'],
    ['golang:1.19', 'golang 1.19 is older than 1.20'],
  ])('%s', (image, text) => {
    expect(review('BaseImageEndOfLife', `FROM ${image}`)).toEqual([expect.stringContaining(text)]);
  });

  test.each([
    'node:22',
    'node:latest',
    'node',
    'alpine:3.22',
    'ghcr.io/shop/node:18',
    'debian:bookworm',
    'constructor:1',
    'python:3',
    'alpine:3',
    'alpine:20240329',
    'php:8',
    'golang:1',
    'ubuntu:24.04',
    'python:3.13-slim',
    'scratch',
  ])('%s is none of them', (image) => {
    expect(review('BaseImageEndOfLife', `FROM ${image}`)).toEqual([]);
  });

  test('the day itself still counts', () => {
    expect(review('BaseImageEndOfLife', 'FROM node:18', Date.parse('2025-04-30T12:00:00Z'))).toEqual([]);
    expect(review('BaseImageEndOfLife', 'FROM node:18', Date.parse('2025-05-01T00:00:00Z'))).toHaveLength(1);
  });
});

describe('keys and passwords that are copied', () => {
  beforeEach(() => {
    write('.dockerignore', 'nothing\n');
    write('.env', 'A=1');
    write('deploy/id_rsa', 'x');
    write('deploy/readme', 'x');
    write('src/a', 'x');
  });

  test.each([
    ['by name', 'COPY .env /app/', '.env'],
    ['by a pattern', 'COPY .e* /app/', '.env'],
    ['in a directory', 'COPY deploy /deploy', 'deploy/id_rsa'],
    ['with all, by another name of it', 'COPY src/.. .', '.env, deploy/id_rsa'],
    ['with all, by ./.', 'COPY ./. .', '.env, deploy/id_rsa'],
    ['with all, by a default', ['COPY $', '{SRC:-.} .'].join(''), '.env, deploy/id_rsa'],
  ])('%s', (_name, copy, named) => {
    expect(review('KeyInContext', `FROM scratch\n${copy}`)).toEqual([expect.stringContaining(` ${named}`)]);
  });

  test.each([
    ['COPY src /src'],
    ['COPY --exclude=.env --exclude=deploy/id_rsa . .'],
    ['COPY deploy/readme /'],
    ['COPY --from=x .env /'],
  ])('%s takes none', (copy) => {
    expect(review('KeyInContext', `FROM scratch AS x\n${copy}`)).toEqual([]);
  });

  test.each([
    ['.npmrc', '//registry.npmjs.org/:_authToken=abc', true],
    ['.npmrc', '//registry.npmjs.org/:_authToken=$NPM_TOKEN', false],
    ['.npmrc', 'save-exact=true', false],
    ['.netrc', 'machine x', true],
    ['.git-credentials', 'https://x', true],
    ['.pypirc', '[pypi]\nusername = u\npassword = p', true],
    ['.pypirc', '[pypi]\nusername = u', false],
    ['.docker/config.json', '{"auths":{"x":{"auth":"YTpi"}}}', true],
    ['.docker/config.json', '{"credsStore":"x"}', false],
    ['.aws/credentials', 'x', true],
    ['terraform.tfstate', '{}', true],
  ])('%s with %s is told: %s', (file, content, isTold) => {
    write('.dockerignore', '.env\ndeploy\n');
    write(file, content);
    expect(review('KeyInContext', 'FROM scratch\nCOPY . .')).toHaveLength(isTold ? 1 : 0);
  });
});

describe('what goes along when everything is copied', () => {
  test('without .dockerignore: with what it weighs', () => {
    write('node_modules/a/index.js', 'x'.repeat(2_000));
    write('.git/objects/1', 'x'.repeat(1_500));
    expect(review('NoDockerignore', 'FROM scratch\nWORKDIR /app\nCOPY . .')).toEqual([
      expect.stringMatching(
        /^3 COPY takes the whole context, and there is no \.dockerignore\. \.git \(1\.5 kB\), node_modules \(2 kB\) goes along/,
      ),
    ]);
  });

  test.each([
    ['an ignore file', '.dockerignore', 'COPY . .'],
    ['one that goes by the Dockerfile', 'Dockerfile.dockerignore', 'COPY . .'],
    ['one file alone', 'x', 'COPY package.json .'],
    ['what another stage made', 'x', 'COPY --from=other . .'],
  ])('nothing is told of %s', (_name, file, copy) => {
    write(file, 'node_modules\n');
    expect(review('NoDockerignore', `FROM scratch\n${copy}`)).toEqual([]);
  });

  test('keys and passwords', () => {
    write('.dockerignore', 'certs\n!certs/keep.pem\n');
    write('.env', 'A=1');
    write('.env.example', 'A=');
    write('certs/tls.key', '-----BEGIN PRIVATE KEY-----');
    write('certs/keep.pem', '-----BEGIN PRIVATE KEY-----');
    write('public.pem', '-----BEGIN CERTIFICATE-----');
    write('deep/down/id_ed25519', 'x');
    expect(review('KeyInContext', 'FROM scratch\nCOPY ["./", "/app"]')).toEqual([
      expect.stringMatching(/^2 COPY takes the whole context, with \.env, deep\/down\/id_ed25519\. Name them/),
    ]);
  });

  test.each([
    ['node_modules', ['node_modules', 'node_modules/a/b'], ['src/node_modules']],
    ['**/node_modules', ['node_modules', 'src/node_modules/a'], ['src']],
    ['*.md\n!README.md', ['a.md'], ['README.md', 'docs/a.md']],
    ['/dist/\n# src', ['dist/x'], ['src']],
    ['*\n!src', ['a', 'b/c'], ['src/a']],
    ['.', ['a'], []],
    ['a?c\n[x-z].txt', ['abc', 'y.txt'], ['abbc', 'a.txt']],
    ['[a', [], ['a']],
  ])('%j is read as the engines read it', (content, ignored, kept) => {
    const isIgnored = ignoreMatcher(content);
    expect([ignored.filter((path) => !isIgnored(path)), kept.filter(isIgnored)]).toEqual([[], []]);
  });
});

describe('how dependencies are installed', () => {
  test.each([
    ['everything is copied before', 'FROM a\nCOPY . .\nRUN npm ci', [2]],
    ['the lists are copied before', 'FROM a\nCOPY package*.json ./\nRUN npm ci\nCOPY . .', []],
    ['another stage copies', 'FROM a AS x\nCOPY . .\nFROM x\nFROM a AS y\nRUN npm ci\nFROM y', []],
    ['pip', 'FROM a\nADD ./ /app\nRUN pip install --no-cache-dir -r requirements.txt', [2]],
    ['Go', 'FROM a\nCOPY . .\nRUN go mod download && go build', [2]],
    ['a tool', 'FROM a\nCOPY . .\nRUN npm install -g serve && pip install poetry', []],
    ['fetched before', 'FROM a\nCOPY pnpm-lock.yaml ./\nRUN pnpm fetch\nCOPY . .\nRUN pnpm install -r --offline', []],
  ])('source in front of them: %s', (_name, content, expected) => {
    expect(lines('SourceBeforeInstall', content)).toEqual(expected);
  });

  test.each([
    ['npm install', 'package-lock.json', [2]],
    ['npm i --no-audit', 'package-lock.json', [2]],
    ['npm ci', 'package-lock.json', []],
    ['npm install express', 'package-lock.json', []],
    ['npm install', 'yarn.lock', []],
    ['yarn', 'yarn.lock', [2]],
    ['yarn install --immutable', 'yarn.lock', []],
    ['pnpm install', 'pnpm-lock.yaml', [2]],
  ])('`%s` beside %s', (command, lock, expected) => {
    write(`app/${lock}`);
    expect(lines('InstallPastLock', `FROM a\nRUN ${command}`)).toEqual(expected);
  });

  test('a cache is missing once for each kind', () => {
    expect(
      lines(
        'NoCacheMount',
        'FROM a\nRUN npm ci\nRUN npm ci --omit=dev\nRUN --mount=target=/root/.cache/pip,type=cache pip install -r r.txt',
      ),
    ).toEqual([2]);
  });

  test('none is missing where the command leaves it out, or fetches nothing', () => {
    expect(lines('NoCacheMount', 'FROM a\nRUN pip install --no-cache-dir -r r.txt\nRUN pnpm install --offline')).toEqual([]);
  });

  test.each([
    ['in the image', 'FROM a\nRUN npm ci', [2]],
    ['left out', 'FROM a\nRUN npm ci --omit=dev', []],
    ['left out by NODE_ENV', 'FROM a\nENV NODE_ENV production\nRUN npm ci', []],
    ['pruned', 'FROM a\nRUN npm ci\nRUN npm prune --omit=dev', []],
    [
      'copied from the stage that builds',
      'FROM a AS deps\nRUN npm ci\nFROM a\nCOPY --from=deps /app/node_modules ./node_modules',
      [4],
    ],
    ['copied with all else', 'FROM a AS build\nWORKDIR /app\nRUN npm ci\nFROM a\nCOPY --from=build /app /app', [5]],
    ['left behind', 'FROM a AS build\nWORKDIR /app\nRUN npm ci\nFROM a\nCOPY --from=build /app/dist /app', []],
    ['of PHP', 'FROM a\nRUN composer install', [2]],
  ])('packages for development: %s', (_name, content, expected) => {
    expect(lines('DevDependenciesInImage', content)).toEqual(expected);
  });
});

describe('build tools in what ships', () => {
  test.each([
    [
      'packages of Debian',
      'FROM a\nRUN apt-get update && apt-get install -y --no-install-recommends build-essential curl',
      '2 build-essential is in the image: about 250 MB',
    ],
    [
      'packages of Alpine, over several lines',
      'FROM a\nRUN apk add --no-cache \\\n gcc=1.2 \\\n g++',
      '2 gcc, g++ are in the image: about 150 MB',
    ],
    ['a toolchain', 'FROM golang:1.25\nCOPY . .', '1 The image is built on golang:1.25, compilers and all: about 800 MB'],
  ])('%s', (_name, content, text) => {
    expect(review('BuildToolsInImage', content)).toEqual([expect.stringContaining(text)]);
  });

  test.each([
    ['in a stage that does not ship', 'FROM golang:1.25 AS build\nRUN apk add gcc\nFROM scratch\nCOPY --from=build /app /app'],
    ['removed by the same RUN', 'FROM a\nRUN apk add --virtual .build gcc && make && apk del .build'],
    ['something else', 'FROM a\nRUN apk add libc6-compat && pip install gcc-tools'],
  ])('not: %s', (_name, content) => {
    expect(review('BuildToolsInImage', content)).toEqual([]);
  });
});

describe('variables that are written in when the app is built', () => {
  const build = (before: string) =>
    `FROM a AS build\n${before}\nRUN npm run build\nFROM a\nENV NEXT_PUBLIC_API=https://a PORT=80\nCOPY --from=build /x /x`;
  test('set when it runs, they change nothing', () => {
    expect(review('PublicVariableAtRunTime', build('ENV A=1'))).toEqual([
      expect.stringMatching(/^5 NEXT_PUBLIC_API is set here, when the app runs/),
    ]);
  });
  test.each(['ARG NEXT_PUBLIC_API', 'ENV NEXT_PUBLIC_API=https://b', 'ENV NEXT_PUBLIC_API https://b'])(
    'known to the build they are right: %s',
    (before) => {
      expect(review('PublicVariableAtRunTime', build(before))).toEqual([]);
    },
  );
  test('no build, no finding', () => {
    expect(review('PublicVariableAtRunTime', 'FROM a\nENV VITE_X=1')).toEqual([]);
  });
});

describe('a Compose file', () => {
  const compose = async (content: string) => {
    write('docker-compose.yml', content);
    const findings = await reviewCompose(join(root, 'docker-compose.yml'), 'docker-compose.yml');
    return findings.map(({ rule, line }) => `${rule}:${line}`);
  };

  test.each([
    [
      'a port of a database',
      'services:\n  db:\n    image: postgres:15-alpine\n    ports:\n      - "5432:5432"',
      ['DatabasePortPublished:5'],
    ],
    [
      'in the long form',
      'services:\n  db:\n    image: redis:7\n    ports:\n      - target: 6379\n        published: 6379',
      ['DatabasePortPublished:6'],
    ],
    ['a port for the own machine', 'services:\n  db:\n    image: postgres:15\n    ports: ["127.0.0.1:5432:5432"]', []],
    ['a port of an app', 'services:\n  web:\n    image: shop/web:1\n    ports: ["80:80"]', []],
    ['a dependency by its name', 'services:\n  web:\n    image: w:1\n    depends_on: [db]', ['DependsOnWithoutHealth:4']],
    [
      'a dependency that has started',
      'services:\n  web:\n    image: w:1\n    depends_on:\n      db: { condition: service_started }',
      ['DependsOnWithoutHealth:4'],
    ],
    [
      'a dependency that is well',
      'services:\n  web:\n    image: w:1\n    depends_on:\n      db: { condition: service_healthy }\n      job: { condition: service_completed_successfully }',
      [],
    ],
    [
      'a tag without a version',
      'services:\n  web:\n    image: nginx:alpine\n  two:\n    image: nginx',
      ['FloatingTag:3', 'FloatingTag:5'],
    ],
    ['a tag with one', `services:\n  web:\n    image: nginx:1.29-alpine\n  two:\n    image: app:${variable('TAG')}`, []],
    [
      'a password',
      'services:\n  db:\n    image: a:1\n    environment:\n      - A=1\n      - POSTGRES_PASSWORD=hunter2',
      ['LiteralPassword:6'],
    ],
    [
      'a password in an address',
      'services:\n  db:\n    image: a:1\n    environment:\n      DATABASE_URL: postgres://app:hunter2@db/app',
      ['LiteralPassword:5'],
    ],
    [
      'a password from outside',
      `services:\n  db:\n    image: a:1\n    environment:\n      POSTGRES_PASSWORD: ${variable('POSTGRES_PASSWORD')}\n      POSTGRES_PASSWORD_FILE: /run/secrets/db\n      TOKEN:\n      PASSWORD_MIN: 12`,
      [],
    ],
    [
      'a variable of the build',
      `services:\n  app:\n    build: .\n    environment:\n      - NEXT_PUBLIC_API=${variable('A')}`,
      ['PublicVariableAtRunTime:5'],
    ],
    [
      'a variable that the build gets',
      'services:\n  app:\n    build: { context: ., args: { VITE_API: a } }\n    environment: { VITE_API: a }',
      [],
    ],
    [
      'certificates',
      'services:\n  app:\n    build: .\n  web:\n    image: nginx:1\n    volumes:\n      - ./nginx.conf:/etc/nginx/nginx.conf\n      - ./certs:/etc/nginx/certs',
      ['CertificatesInContext:8'],
    ],
    [
      'certificates elsewhere',
      'services:\n  app:\n    build: ./app\n  web:\n    image: nginx:1\n    volumes: ["./certs:/etc/nginx/certs", "certs:/x"]',
      [],
    ],
    ['nothing that can be read', 'services: [', []],
    ['services that are none', 'services:\n  a: 1\n  b:\n', []],
    ['another file', 'target: x', []],
  ])('%s', async (_name, content, expected) => {
    expect(await compose(content)).toEqual(expected);
  });

  test('a password is not repeated', async () => {
    write('c.yml', 'services:\n  db:\n    image: a:1\n    environment: { DB_PASSWORD: hunter2 }');
    const [finding] = await reviewCompose(join(root, 'c.yml'), 'c.yml');
    expect(finding?.text).toMatch(/^DB_PASSWORD has its password in the file/);
    expect(finding?.text).not.toContain('hunter2');
  });

  test('certificates that an ignore file leaves out are right', async () => {
    write('.dockerignore', 'certs/\n');
    expect(await compose('services:\n  app: { build: . }\n  web: { image: "nginx:1", volumes: ["./certs:/c"] }')).toEqual([]);
  });
});

/** A Next.js app as its users have it: four stages and four services. */
test('a usual Dockerfile and Compose file get what a reviewer would say, and nothing else', async () => {
  for (const file of ['Dockerfile', 'docker-compose.yml']) write(file, readFileSync(join('test/fixtures/nextjs', file), 'utf8'));
  const ofDockerfile = found(readFileSync(join(root, 'Dockerfile'), 'utf8')).map(({ rule, line }) => `${rule}:${line}`);
  expect(ofDockerfile).toEqual([
    'NoDockerignore:16',
    'BaseImageEndOfLife:2',
    'NoCacheMount:10',
    'BaseImageWithoutDigest:2',
    'NoHealthcheck:undefined',
  ]);
  const ofCompose = await reviewCompose(join(root, 'docker-compose.yml'), 'docker-compose.yml');
  expect(ofCompose.map(({ rule, line }) => `${rule}:${line}`)).toEqual([
    'PublicVariableAtRunTime:14',
    'DependsOnWithoutHealth:15',
    'DatabasePortPublished:24',
    'DatabasePortPublished:37',
    'CertificatesInContext:50',
    'FloatingTag:44',
    'DependsOnWithoutHealth:51',
  ]);
});
