import type { BuildContext } from '../../src/image/build-plan.js';
import { readSsh, requireContext, requireSsh } from '../../src/image/build-sources.js';
import { isRightOfBake } from '../../src/image/run-settings.js';
import type { Environment } from '../../src/kernel/environment.js';
import { asksForBake, type GivenForBake } from './bake/conflicts.js';

/** The inputs that name what the engine takes from the machine. */
export interface GivenSources extends GivenForBake {
  readonly context?: BuildContext;
  readonly ssh?: readonly string[] | undefined;
  readonly 'build-contexts'?: readonly string[] | undefined;
  readonly allow?: readonly string[] | undefined;
}

/** What is not there, and can be known before anything is built. @returns one text per problem */
export function sourceConflicts(given: GivenSources, { workspace, variables }: Environment): string[] {
  const { context, ssh = [], allow = [], 'build-contexts': contexts = [] } = given;
  const isBake = asksForBake(given);
  // Paths go from where the engine runs.
  const directory = isBake ? (context?.kind === 'directory' ? context.path : undefined) : workspace;
  const rights = isBake ? [] : allow.filter(isRightOfBake);
  return [
    ...(directory === undefined ? [] : ssh.flatMap((one) => told('ssh', () => requireSsh(readSsh(one), directory, variables)))),
    ...(directory === undefined
      ? []
      : contexts.flatMap((one) => {
          const equals = one.indexOf('=');
          const check = () => requireContext(one.slice(equals + 1), directory, variables);
          return told('build-contexts', check, `${one.slice(0, equals)}: `);
        })),
    ...rights.map(
      (right) =>
        `Input \`allow\`: "${right}" is for bake and Compose files, and none is built. Leave it out: a Dockerfile has the whole context.`,
    ),
  ];
}

function told(input: string, check: () => void, of = ''): string[] {
  try {
    check();
    return [];
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return [`Input \`${input}\`: ${of}${error.message}.`];
  }
}
