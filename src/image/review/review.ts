import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Environment } from '../../action/environment.js';
import { UserError } from '../../action/errors.js';
import type { Log } from '../../action/log.js';
import type { Finding } from '../build-account.js';
import { type Dockerfile, parseDockerfile } from './dockerfile.js';
import { LITERAL_SECRET, type ReviewedBuild, reviewDockerfile } from './rules.js';

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

/**
 * What our own rules say.
 * @throws UserError when a secret stands in the Dockerfile
 */
export function reviewByRules({ content, shownAs }: ReadDockerfile, build: ReviewedBuild): Finding[] {
  const findings = reviewDockerfile(content, build).map((finding) => ({ ...finding, file: shownAs }));
  const secrets = findings.filter(({ rule }) => rule === LITERAL_SECRET);
  if (secrets.length === 0) return findings;
  throw new UserError(
    `${secrets.map(describe).join('\n')}\nGive it with \`secrets\` and read it with \`RUN --mount=type=secret,id=…\`; revoke it if it was ever pushed.`,
  );
}

/** Shows findings beside their lines, those that are to be passed over left out. @returns the others */
export function show(findings: readonly Finding[], ignored: readonly string[], log: Log): Finding[] {
  const shown = findings.filter(({ rule }) => !ignored.includes(rule));
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
    `The review found ${findings.length === 1 ? 'something' : `${findings.length} things`} in the Dockerfile, and \`review\` is fail:\n${findings.map(describe).join('\n')}\n` +
      'Mend them, or name the rules in `review-ignore`. Nothing has been built.',
  );
}

const describe = ({ rule, text, file, line }: Finding): string =>
  `${line === undefined ? file : `${file}:${line}`}  ${rule}: ${text}`;
