import type { Problem } from '../../kernel/errors.js';
import type { Finding } from '../build-account.js';
import { BuildFailure, plainLine } from '../build-failure.js';
import type { Builder } from '../buildx/builder.js';
import { findingsIn, type LintResults } from '../buildx/checks.js';
import type { BuildEffects } from '../effects.js';
import { bakeCommand } from './command.js';
import { explainBake } from './explain.js';
import type { BakePlan } from './plan.js';

/** What `bake --call=check,format=json` prints. */
interface CheckedTargets {
  readonly target?: Readonly<Record<string, { readonly check?: LintResults & { readonly error?: string } }>>;
}

const NOTHING_BUILT = { steps: [], findings: [], durationMs: 0 };

/**
 * Has BuildKit's checks look through the Dockerfiles of all targets. They can't follow a target that builds on another one (`target:`); what they would
 * find there is found while it is built.
 * @throws BuildFailure when a Dockerfile can't be read
 */
export async function checkTargets(builder: Builder, plan: BakePlan, effects: BuildEffects): Promise<Finding[]> {
  const { log, environment, run, signal } = effects;
  const command = bakeCommand(builder, plan, plan.definition, ['--progress=quiet', '--call=check,format=json'], environment);
  const exit = await run(command, { signal });
  const fail = (problem: Problem) => new BuildFailure(problem, NOTHING_BUILT, false);
  const checked = read(exit.stdout);
  if (checked === undefined) throw fail(explainBake(exit.code, exit.lastErrorLines));
  return [...plan.targets, ...plan.contexts].flatMap(({ name, shownAs }) => {
    const check = checked.target?.[name]?.check ?? {};
    if (check.error !== undefined && /unsupported context source target/.test(check.error)) {
      log.info(`Target ${name} builds on another target, so BuildKit's checks look through it only while it is built.`);
      return [];
    }
    if (check.error !== undefined)
      throw fail({ code: 'dockerfile-unreadable', text: `Target ${name}: ${check.error.split('\n').map(plainLine).join('\n')}` });
    return findingsIn(check).map((finding) => ({ ...finding, file: shownAs ?? finding.file }));
  });
}

function read(printed: string): CheckedTargets | undefined {
  try {
    return JSON.parse(printed) as CheckedTargets;
  } catch {
    return undefined;
  }
}

/**
 * Asks about the Dockerfiles of all targets instead of building them; the answer goes to the log.
 * @throws BuildFailure when one can't be read, or a check found something
 */
export async function askTargets(builder: Builder, plan: BakePlan, question: string, effects: BuildEffects): Promise<void> {
  const { log, environment, run, signal } = effects;
  const command = bakeCommand(builder, plan, plan.definition, ['--progress=quiet', `--call=${question}`], environment);
  const take = (line: string) => log.info(plainLine(line));
  const exit = await run(command, { signal, onErrorLine: take, onOutputLine: take });
  if (exit.code === 0) return;
  const found = question === 'check' && !exit.lastErrorLines.some((line) => line.startsWith('ERROR'));
  const problem: Problem = found
    ? { code: 'dockerfile-review-failed', text: 'The checks found something in the Dockerfiles; it is in the log.' }
    : explainBake(exit.code, exit.lastErrorLines);
  throw new BuildFailure(problem, NOTHING_BUILT, false);
}
