import type { Environment } from '../kernel/environment.js';
import type { BuildPlan, BuildSecret } from './build-plan.js';
import { csv } from './csv-fields.js';
import { withoutCredentials } from './written-credentials.js';

/** A value goes by the environment: arguments can be seen by every process of the machine, and a file would outlive a kill. */
export const secretArgument = (secret: BuildSecret, index: number): string => {
  switch (secret.from) {
    case 'value':
      return `id=${secret.id},env=${secretVariable(index)}`;
    case 'variable':
      return `id=${secret.id},env=${secret.name}`;
    case 'file':
      return csv({ id: secret.id, src: secret.path });
  }
};

const secretVariable = (index: number): string => `D9_BUILD_SECRET_${index}`;

/** The variables that the arguments refer to. */
export const secretVariables = ({ secrets }: Pick<BuildPlan, 'secrets'>): Record<string, string> =>
  Object.fromEntries(
    secrets.flatMap((secret, index) => (secret.from === 'value' ? [[secretVariable(index), secret.value]] : [])),
  );

export const repeated = (flag: string, values: readonly string[]): string[] => values.flatMap((value) => [flag, value]);
export const optional = (flag: string, value: string | undefined): string[] => (value === undefined ? [] : [flag, value]);

/** What all engines call the same. */
export const commonArguments = (plan: BuildPlan): string[] => [
  ...optional('--file', plan.file),
  ...optional('--target', plan.target),
  ...(plan.platforms.length === 0 ? [] : ['--platform', plan.platforms.join(',')]),
  ...repeated('--build-arg', plan.buildArgs),
  ...repeated('--build-context', plan.buildContexts),
  ...repeated('--label', plan.labels),
  ...repeated('--annotation', plan.annotations),
  ...repeated('--secret', plan.secrets.map(secretArgument)),
  ...repeated('--ssh', plan.ssh),
  ...optional('--shm-size', plan.shmSize),
  ...repeated('--ulimit', plan.ulimit),
  ...repeated('--add-host', plan.addHosts),
  ...optional('--cgroup-parent', plan.cgroupParent),
  ...(plan.noCache ? ['--no-cache'] : []),
];

/** Last of all arguments. */
export const contextArgument = ({ context }: BuildPlan): string => (context.kind === 'directory' ? context.path : context.url);

/**
 * The same arguments for the log, on one line. Values of build arguments are left out, because people do put secrets there; a name that no variable has may
 * be a piece of one. So are passwords in addresses and attributes.
 */
export function readableArguments(args: readonly string[], variables: Environment['variables']): string {
  return args
    .map((argument, index) =>
      args[index - 1] === '--build-arg' ? readableBuildArgument(argument, variables) : withoutCredentials(argument),
    )
    .join(' ')
    .replaceAll(/[\r\n]+/g, '⏎');
}

function readableBuildArgument(argument: string, variables: Environment['variables']): string {
  const [name = ''] = argument.split('=', 1);
  return argument === name && variables[name] === undefined ? '…' : argument.replace(/=.*/s, '=…');
}
