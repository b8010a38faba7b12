import { nearest } from '../../kernel/nearest.js';
import { assignmentsOf } from './assignments.js';
import type { Dockerfile, Instruction } from './dockerfile.js';
import type { RuleFinding } from './rule-finding.js';

/** Taken without an ARG (docs.docker.com/build/building/variables, "Pre-defined build arguments" and "BuildKit built-in build args"). */
const PREDEFINED = /^((HTTP|HTTPS|FTP|NO|ALL)_PROXY|BUILDKIT_\w+|SOURCE_DATE_EPOCH|(TARGET|BUILD)(PLATFORM|OS|ARCH|VARIANT))$/i;

/** What `ONBUILD ARG NAME` stands for: the builds on top of this one have it, and so may this one's arguments be for them. */
const onBuild = (instruction: Instruction): Instruction | undefined => {
  const [, text] = instruction.keyword === 'ONBUILD' ? (/^ARG\s+(.*)$/is.exec(instruction.text) ?? []) : [];
  return text === undefined ? undefined : { ...instruction, keyword: 'ARG', text };
};

/** Build arguments that no ARG takes: BuildKit passes them over with a line at the end of its log. Values are not repeated. */
export function unusedArguments({ global, stages }: Dockerfile, buildArgs: readonly string[]): RuleFinding[] {
  const taken = [...global, ...stages.flatMap(({ instructions }) => instructions)]
    .map((instruction) => onBuild(instruction) ?? instruction)
    .filter(({ keyword }) => keyword === 'ARG')
    .flatMap(assignmentsOf)
    .map(({ name }) => name);
  const given = buildArgs.map((text) => text.split('=')[0] ?? '');
  return given
    .filter((name) => !taken.includes(name) && !PREDEFINED.test(name))
    .map((name) => {
      const near = nearest(
        name,
        taken.map((one) => one.toLowerCase()),
      );
      const meant = taken.find((one) => one.toLowerCase() === near);
      const hint = meant === undefined ? `Add \`ARG ${name}\`, or leave it out.` : `Did you mean ${meant}?`;
      return { rule: 'UnusedBuildArg', text: `\`build-args\` gives ${name}, and no ARG takes it. ${hint}`, line: undefined };
    });
}
