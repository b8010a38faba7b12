import type { Problem } from '../../kernel/errors.js';
import { explainBuildFailure, plainLine } from '../build-failure.js';

/** Where a plan was asked for. */
export interface AskedPlan {
  /** As the user wrote them; none: what buildx finds in the directory. */
  readonly files: readonly string[];
  readonly targets: readonly string[];
  /** From the workspace. */
  readonly directory: string;
  /** What the files have, where that could be asked. */
  readonly known: readonly string[];
}

/**
 * Says why there is no plan.
 * @param lines end of what buildx printed to stderr
 */
export function explainNoPlan(code: number, lines: readonly string[], asked: AskedPlan): string {
  const files = asked.files.length === 0 ? `the bake or Compose file in ${asked.directory}` : asked.files.join(', ');
  const error = plainLine(lines.findLast((line) => line.startsWith('ERROR: ')) ?? '').replace('ERROR: ', '');
  const has = asked.known.length === 0 ? '' : ` It has ${asked.known.join(', ')}.`;

  const [, missing] = /failed to find target (\S+)/.exec(error) ?? [];
  if (missing === 'default' && asked.targets.length === 0) {
    return `${files} has no group and no target "default", so it does not say what is built when nothing is asked for.\nName what is to be built with \`targets\`.${has}`;
  }
  if (missing !== undefined) {
    const where = asked.targets.includes(missing) ? 'Input `targets`' : files;
    return `${where} names "${missing}", and ${files} has no target or group of that name.${has}`;
  }
  const [, changed] = /could not find any target matching '([^']*)'/.exec(error) ?? [];
  if (changed !== undefined) {
    return `Input \`set\` changes "${changed}", and ${files} has no such target; \`*\` stands for all of them.${has}`;
  }
  const [, wrong] = /(?:unknown key:|invalid override key) "?([^", ]+)/.exec(error) ?? [];
  if (wrong !== undefined) {
    return `Input \`set\` changes "${wrong}", which is nothing that a target has. It is written pattern.key=value, such as web.args.VERSION=1 or *.platform=linux/arm64.`;
  }
  const [, one, other] = /infinite loop from (\S+) to (\S+)/.exec(error) ?? [];
  if (one !== undefined) {
    return `In ${files} the targets ${one} and ${other} need each other (\`contexts\`), so none of them can be built first.`;
  }
  if (/couldn't find a bake definition/.test(error)) {
    return `There is no bake file and no Compose file in ${asked.directory}.\nName it with the input \`file\`, or set \`context\` to the directory that has it.`;
  }
  const [, variables] = /(?:env file|couldn't find env file:?) "?(\S+?)"? ?(?:not found|$)/.exec(error) ?? [];
  if (variables !== undefined) {
    return `${files} names the env_file ${variables}, which is not there; files of that kind are seldom committed.\nWrite it in a step before this one, or mark it in the file: \`env_file: [{ path: …, required: false }]\`.`;
  }
  if (/failed to parse|empty compose file|validating|parsing (yaml|hcl)|:\d+,\d+-\d+/i.test(error)) {
    const printed = lines.filter((line) => line.trim() !== '' && !line.startsWith('#')).map((line) => `  ${plainLine(line)}`);
    return [`${files} cannot be read as a bake or Compose file:`, ...printed].join('\n');
  }
  return explainBuildFailure('buildx', code, lines).text;
}

/**
 * Says why a build of several targets failed, and which of them.
 * @param lines end of what buildx printed to stderr
 */
export function explainBake(code: number, lines: readonly string[]): Problem {
  const privileges = explainPrivileges(lines);
  if (privileges !== undefined) return { code: 'bake-privilege-not-allowed', text: privileges };
  const target = lines.flatMap((line) => /^ERROR: target ([\w.-]+): /.exec(line)?.[1] ?? []).at(-1);
  const problem = explainBuildFailure('buildx', code, lines);
  return target === undefined ? problem : { ...problem, text: `Target ${target}: ${problem.text}` };
}

/** What was asked for that the inputs do not allow; undefined when buildx stopped for another reason. */
function explainPrivileges(lines: readonly string[]): string | undefined {
  if (!lines.some((line) => line.startsWith('ERROR: additional privileges requested'))) return undefined;
  const asked = lines.flatMap((line) => /^ - (.+)$/.exec(plainLine(line))?.[1] ?? []);
  const granting = lines.flatMap((line) => /^Pass "(.*)" to grant/.exec(line)?.[1] ?? []).join(' ');
  const words = [...granting.matchAll(/--allow[= ]"?([^\s"]+)/g)].map(([, word = '']) => word);
  return [
    'The bake or Compose file asks for more than a build may do by itself:',
    ...asked.map((line) => `  ${line}`),
    `If that is meant, grant it with \`allow: ${[...new Set(words)].join(', ')}\`. Nothing has been built.`,
  ].join('\n');
}
