import type { Problem } from '../../kernel/errors.js';
import type { BuildAccount, Finding } from '../build-account.js';
import { BuildFailure, ImageRefused, plainLine } from '../build-failure.js';
import type { BuildEffects } from '../effects.js';
import { wrongPlatform } from '../platforms/compare.js';
import type { Command } from '../process.js';
import { mayPushAgain } from '../push-failure.js';
import { type Builder, requireNewEnough } from './builder.js';
import type { Progress } from './progress.js';

const KEPT_LINES = 200;

/** A process of buildx that builds, and how it is followed. */
export interface BuildProcess {
  readonly builder: Builder;
  readonly command: Command;
  readonly progress: Progress;
  /** Checks that are passed over. */
  readonly ignoredRules: readonly string[];
  /** Told the digest of an image before it is pushed. */
  readonly onDigest?: ((digest: string) => void) | undefined;
  /** Says why it failed, from its exit code and the end of what it printed. */
  explain(code: number, lines: readonly string[]): Problem;
}

/**
 * Runs buildx and tells what it does.
 * @throws BuildFailure with the meaning and the last lines of what buildx printed; the signal's reason once it and its push have ended
 */
export async function runBuild(
  { builder, command, progress, ignoredRules, onDigest, explain }: BuildProcess,
  { log, signal, environment, query, run }: BuildEffects,
): Promise<BuildAccount> {
  const refusal = new AbortController();
  const lines: string[] = [];
  const onErrorLine = (raw: string) => {
    for (const line of progress.take(raw)) {
      if (lines.push(line) > KEPT_LINES) lines.shift();
      log.info(plainLine(line));
    }
    if (progress.fatalFinding(ignoredRules) !== undefined) refusal.abort();
    if (progress.exportedDigest !== undefined) onDigest?.(progress.exportedDigest);
  };
  const either = AbortSignal.any([signal, refusal.signal]);
  const exit = await run(command, { signal: either, onErrorLine }).catch((error: unknown) => {
    signal.throwIfAborted();
    const finding = progress.fatalFinding(ignoredRules);
    if (finding === undefined) throw error;
    throw new ImageRefused({ code: 'image-of-wrong-platform', text: explainWrongPlatform(finding) }, progress.account(), false);
  });
  const account = progress.account();
  if (exit.code === 0) return account;
  // One that is too old fails too, in words that say nothing of that.
  log.info(`This was buildx ${await requireNewEnough(builder, environment, query)}.`);
  if (progress.neverConnected)
    throw new BuildFailure({ code: 'builder-unusable', text: explainNoAnswer(builder) }, account, false);
  throw new BuildFailure(explain(exit.code, lines), account, progress.failedInPush && mayPushAgain(lines));
}

const explainNoAnswer = ({ name, driver, endpoint }: Builder): string =>
  `The builder ${name} (driver ${driver}) does not answer at ${endpoint}.\nIs BuildKit running there, and may this runner reach it? Start it, or name another one with \`builder\`.`;

const explainWrongPlatform = ({ text, line, file }: Finding): string =>
  wrongPlatform([`${text} (line ${line} of ${file === 'Dockerfile' ? 'the Dockerfile' : file}).`]);
