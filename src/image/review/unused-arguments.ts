import { nearest } from '../../lib/nearest.js';
import { assignmentsOf } from './assignments.js';
import type { Dockerfile } from './dockerfile.js';
import type { RuleFinding } from './rule-finding.js';

/** Taken without an ARG (docs.docker.com/build/building/variables, "Pre-defined build arguments" and "BuildKit built-in build args"). */
const PREDEFINED = /^((HTTP|HTTPS|FTP|NO|ALL)_PROXY|BUILDKIT_\w+|SOURCE_DATE_EPOCH|(TARGET|BUILD)(PLATFORM|OS|ARCH|VARIANT))$/i;

/** Build arguments that no ARG takes: BuildKit passes them over with a line at the end of its log. Values are not repeated. */
export function unusedArguments({ global, stages }: Dockerfile, buildArgs: readonly string[]): RuleFinding[] {
  const taken = [...global, ...stages.flatMap(({ instructions }) => instructions)]
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
