import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Environment } from '../../kernel/environment.js';
import { UserError } from '../../kernel/errors.js';
import type { Log } from '../../kernel/log.js';
import type { Finding } from '../build-account.js';
import { contextFiles } from './context-files.js';
import { type Dockerfile, parseDockerfile } from './dockerfile.js';
import { argumentsInEnv, LITERAL_SECRET, literalSecrets } from './literal-secrets.js';
import { reviewDockerfile } from './rules.js';
import type { ReviewedBuild } from './stages.js';

/** A Dockerfile that is there to be read. */
export interface ReadDockerfile {
  /** Absolute. */
  readonly path: string;
  /** From the workspace. */
  readonly shownAs: string;
  readonly content: Dockerfile;
}

export function readDockerfile(path: string, { workspace }: Environment): ReadDockerfile {
  return { path, shownAs: relative(workspace, path), content: parseDockerfile(readFileSync(path, 'utf8')) };
}

/** @throws UserError when there is nothing in it but blank lines and comments */
export function refuseEmpty({ content: { global, stages }, shownAs }: ReadDockerfile): void {
  if (global.length > 0 || stages.length > 0) return;
  throw new UserError(
    'dockerfile-empty',
    `${shownAs} is empty: it has no instruction.\nDoes a step before this one write it, or does \`file\` name another one?`,
  );
}

/**
 * What our own rules say.
 * @param context directory that the Dockerfile copies from; undefined when that is not here
 */
export function reviewByRules(
  { content, path, shownAs }: ReadDockerfile,
  build: ReviewedBuild,
  { nowMs, context }: { readonly nowMs: number; readonly context: string | undefined },
): Finding[] {
  const files = context === undefined ? undefined : contextFiles(context, path);
  return reviewDockerfile(content, build, { nowMs, context: files }).map((finding) => ({ ...finding, file: shownAs }));
}

/**
 * Refuses a secret that stands in the Dockerfile, whatever else is reviewed.
 * @param ignored `SecretInDockerfile:LINE` lets that line through, and the log says so; the rule alone does not
 * @throws UserError when there is one
 */
export function refuseSecrets(
  { content, shownAs }: ReadDockerfile,
  build: ReviewedBuild,
  ignored: readonly string[],
  log: Log,
): void {
  const found = [...literalSecrets(content), ...argumentsInEnv(content, build)];
  const secrets = found.map((finding) => ({ ...finding, file: shownAs }));
  const isLetThrough = (finding: Finding) => ignored.some((one) => namesLine(one, finding));
  for (const { text, line } of secrets.filter(isLetThrough)) {
    log.info(`${shownAs}:${line}  ${LITERAL_SECRET}: ${text} It is let through by \`review-ignore\`.`);
  }
  const refused = secrets.filter((finding) => !isLetThrough(finding));
  const [first] = refused;
  if (first === undefined) return;
  throw new UserError(
    'secret-in-image',
    `${refused.map(describe).join('\n')}\nGive it with \`secrets\` and read it with \`RUN --mount=type=secret,id=…\`; revoke it if it was ever pushed. ` +
      `What only looks like one is let through with \`review-ignore: ${LITERAL_SECRET}:${first.line}\`.`,
  );
}

/** `RULE`, `RULE:LINE`, or `RULE:FILE:LINE` where there are several files. */
const names = (ignored: string, finding: Finding): boolean => ignored === finding.rule || namesLine(ignored, finding);

const namesLine = (ignored: string, { rule, file, line }: Finding): boolean =>
  ignored === `${rule}:${line}` || ignored === `${rule}:${file}:${line}`;

/** Shows findings beside their lines, those that are to be passed over left out. @returns the others */
export function show(findings: readonly Finding[], ignored: readonly string[], log: Log): Finding[] {
  const shown = findings.filter((finding) => !ignored.some((one) => names(one, finding)));
  for (const { rule, text, url, file, line } of shown) {
    const place = { title: rule, file, ...(line === undefined ? {} : { line }) };
    log.warning(url === undefined ? text : `${text} ${url}`, place);
  }
  return shown;
}

/** @throws UserError naming every finding */
export function refuseFindings(findings: readonly Finding[]): void {
  if (findings.length === 0) return;
  throw new UserError(
    'dockerfile-review-failed',
    `The review found ${findings.length === 1 ? 'something' : `${findings.length} things`} in the Dockerfile, and \`review\` is fail:\n${findings.map(describe).join('\n')}\n` +
      'Mend them, or name the rules in `review-ignore`. Nothing has been built.',
  );
}

const describe = ({ rule, text, file, line }: Finding): string =>
  `${line === undefined ? file : `${file}:${line}`}  ${rule}: ${text}`;
