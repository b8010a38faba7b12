import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '../../kernel/environment.js';
import type { BuildPlan } from '../build-plan.js';

const OWN_MACHINE = /(?<![\w.@-])((?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?)\//g;
const SYSTEM_FILE = '/etc/containers/registries.conf';
/** The older form of the file, which nothing can be added to in the newer one (containers-registries.conf(5)). */
const FIRST_VERSION = /^\s*\[registries\.\w+\]/m;

/**
 * Lets buildah ask registries of the own machine without TLS, as Docker does: base images come from where images go to. What is configured already stays.
 * @param directory where the file goes
 * @returns the variables for buildah; those of the environment where nothing is to be said
 */
export function withOwnRegistries(
  { file, buildContexts, context }: Pick<BuildPlan, 'file' | 'buildContexts' | 'context'>,
  { variables }: Pick<Environment, 'variables'>,
  directory: string,
): Environment['variables'] {
  const dockerfile = context.kind === 'directory' && file !== undefined && existsSync(file) ? readFileSync(file, 'utf8') : '';
  const named = [dockerfile, ...buildContexts].flatMap((text) => [...text.matchAll(OWN_MACHINE)].map(([, host = '']) => host));
  if (named.length === 0 || variables.CONTAINERS_REGISTRIES_CONF) return variables;
  const configured = readConfigured(variables);
  const hosts = [...new Set(named)].filter((host) => !configured.includes(host));
  if (hosts.length === 0 || FIRST_VERSION.test(configured)) return variables;
  const path = join(directory, 'registries.conf');
  const entries = hosts.map((host) => `[[registry]]\nlocation = ${JSON.stringify(host)}\ninsecure = true\n`);
  writeFileSync(path, [configured, ...entries].join('\n'));
  return { ...variables, CONTAINERS_REGISTRIES_CONF: path };
}

function readConfigured({ XDG_CONFIG_HOME: configHome, HOME: home = '/' }: Environment['variables']): string {
  const own = join(configHome || join(home, '.config'), 'containers/registries.conf');
  const found = [own, SYSTEM_FILE].find((path) => existsSync(path));
  return found === undefined ? '' : readFileSync(found, 'utf8');
}
