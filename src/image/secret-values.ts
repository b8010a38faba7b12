import { readFileSync } from 'node:fs';
import type { Environment } from '../kernel/environment.js';
import { type Attributes, readAttributes } from './bake/attributes.js';
import type { BuildSecret } from './build-plan.js';
import { isPublished } from './review/secret-names.js';

/** Tokens that can be told by their form, from their makers' own documentation. Only what is unmistakable: this refuses a build. */
const TOKENS: ReadonlyArray<readonly [string, RegExp]> = [
  ['a GitHub token', /\b(gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{40,})/],
  ['a GitLab token', /\bgl(pat|dt|rt|cbt|ptt|agent|soat|ft|imt|oas)-[A-Za-z0-9_-]{20,}/],
  ['a Docker Hub token', /\bdckr_[po]at_[A-Za-z0-9_-]{20,}/],
  ['an OpenAI or Anthropic key', /\bsk-(proj|svcacct|admin|ant-[a-z0-9]+)-[A-Za-z0-9_-]{20,}/],
  ['an AWS access key', /\b(AKIA|ASIA)[A-Z2-7]{16}\b/],
  ['a Slack token', /\bxox[abprs]-[A-Za-z0-9-]{20,}/],
  ['an npm token', /\bnpm_[A-Za-z0-9]{36}\b/],
  ['a Google API key', /\bAIza[A-Za-z0-9_-]{35}\b/],
  ['a Stripe key', /\b[sr]k_live_[A-Za-z0-9]{20,}/],
  ['a private key', /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/],
];

/** @returns what kind of secret the text holds; undefined when it looks like none */
export const secretIn = (text: string): string | undefined => TOKENS.find(([, pattern]) => pattern.test(text))?.[0];

/** What stands for a password in examples, and in builds that need some address and use none. */
const PLACEHOLDER =
  /^(x+|\*+|<.*>|pass|passwd|password|pwd|secret|changeme|dummy|placeholder|example|test|user|username|root|admin|postgres)$/i;
const LOGIN_IN_URL = /[a-z][\w+.-]*:\/\/([^\s:@/?#"']*):([^\s@/"']+)@(?!sha(?:256|512):)/gi;

/** Whether an address holds a password that is written out. */
export const hasPasswordInUrl = (text: string): boolean =>
  [...text.matchAll(LOGIN_IN_URL)].some(
    ([, user = '', password = '']) => !password.includes('$') && password !== user && !PLACEHOLDER.test(password),
  );

/** All that has the form of a secret. */
export const tokensIn = (text: string): string[] =>
  TOKENS.flatMap(([, pattern]) => [...text.matchAll(new RegExp(pattern, 'g'))].map(([token]) => token));

/** The text without what has the form of a secret: messages about an input repeat what was written there. */
export const hideTokens = (text: string): string =>
  TOKENS.reduce((left, [, pattern]) => left.replaceAll(new RegExp(pattern, 'g'), '…'), text);

/** What a secret of a RUN step holds. A file that can't be read is the engine's to complain about. */
export function secretValue(secret: BuildSecret, variables: Environment['variables']): string {
  switch (secret.from) {
    case 'value':
      return secret.value;
    case 'variable':
      return variables[secret.name] ?? '';
    case 'file':
      try {
        return readFileSync(secret.path, 'utf8').trim();
      } catch {
        return '';
      }
  }
}

/** The rule that speaks of values that inputs write into the image. */
export const SECRET_IN_INPUT = 'SecretInInput';

/** Shorter values are words that meet by chance. */
const SHORTEST = 8;
/** From here on a value that merely holds a secret holds it by no chance. */
const LONG = 12;

/** Values that end in the image, where everybody who can pull it can read them. */
export interface Readable {
  /** Of the input, in backticks. */
  readonly input: string;
  /** `NAME=value`. */
  readonly values: readonly string[];
}

/**
 * Finds secrets that would be written into the image: known ones, and what can be told by its form.
 * @param secrets values that other inputs say are secret
 * @param ignored `SecretInInput:NAME` lets through what is none
 * @returns one text per problem, without the secret
 */
export function secretsInImage(
  readable: readonly Readable[],
  secrets: readonly string[],
  ignored: readonly string[] = [],
): string[] {
  const known = new Set(secrets.filter((secret) => secret.length >= SHORTEST));
  const long = secrets.flatMap(longParts);
  return readable.flatMap(({ input, values }) =>
    values.flatMap((assignment) => {
      const [name = '', value = ''] = splitAssignment(assignment);
      const isKnown = known.has(value.trim()) || long.some((part) => value.includes(part));
      const kind = isKnown ? 'a value that another input keeps secret' : formOf(name, value);
      if (kind === undefined || ignored.includes(`${SECRET_IN_INPUT}:${name}`)) return [];
      return [
        `Input \`${input}\`: ${name} holds ${kind}, and everybody who can pull the image could read it in its history. ` +
          'Give it as `secrets: id=value` and read it with `RUN --mount=type=secret,id=…`; if it was ever pushed, revoke it.' +
          ` What only looks like one is let through with \`review-ignore: ${SECRET_IN_INPUT}:${name}\`.`,
      ];
    }),
  );
}

/** Arguments that every Dockerfile has, and that BuildKit keeps out of the history (docs.docker.com/reference/dockerfile, Predefined ARGs). */
const PROXY_NAME = /^(https?|ftp|all)_proxy$/i;

/** @returns what the value has the form of; undefined where it is none, or is not in the image by that name */
function formOf(name: string, value: string): string | undefined {
  const kind = secretIn(value);
  // One for browsers tells apps apart and not people.
  if (kind === 'a Google API key' && isPublished(name)) return undefined;
  return kind ?? (hasPasswordInUrl(value) && !PROXY_NAME.test(name) ? 'a password in an address' : undefined);
}

/** What tells a secret wherever it stands: the whole, or a line of several. The frame of a PEM block is no secret. */
const longParts = (secret: string): string[] =>
  [secret, ...secret.split(/\r?\n/).map((line) => line.trim())].filter((part) => part.length >= LONG && !/^-----/.test(part));

/** `annotation.NAME=value` and its kin in outputs: they end in the image as the input `annotations` does. */
export const annotationsIn = (outputs: ReadonlyArray<string | Attributes>): string[] =>
  outputs.flatMap((output) =>
    Object.entries(readAttributes(output)).flatMap(([name, value]) => (/^annotation/i.test(name) ? [`${name}=${value}`] : [])),
  );

function splitAssignment(text: string): [string, string] {
  const equals = text.indexOf('=');
  return equals < 0 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)];
}
