import { join } from 'node:path';
import type { Inputs } from '../../src/action/define.js';
import { UserError } from '../../src/action/errors.js';
import type { Runtime } from '../../src/action/runtime.js';
import type { BuildEffects } from '../../src/image/effects.js';
import type { ImageReference } from '../../src/image/reference.js';
import { logIn, logOut } from '../../src/image/registry/login.js';
import type { buildImage as definition } from './action.js';

const STATE = 'login';

/**
 * Does the work with the login of the inputs, for this step alone, and logs out afterwards.
 * @throws UserError when it is not clear which registry the login is for; what `work` throws
 */
export async function withLogin<T>(
  inputs: Pick<Inputs<typeof definition>, 'registry' | 'username' | 'password'>,
  tags: readonly ImageReference[],
  effects: BuildEffects & Pick<Runtime, 'state'>,
  work: (effects: BuildEffects) => Promise<T>,
): Promise<T> {
  const { username, password } = inputs;
  if (username === undefined || password === undefined) return await work(effects);
  const registry = inputs.registry?.toLowerCase() ?? onlyRegistry(tags);
  const directory = join(effects.environment.temporary, `d9-login-${process.pid}`);
  effects.state.save(STATE, directory);
  try {
    effects.log.info(`Logged in to ${registry} as ${username}, for this step.`);
    return await work({ ...effects, environment: logIn({ registry, username, password }, directory, effects.environment) });
  } finally {
    logOut(directory);
  }
}

/** For `post`: a step that was killed has logged out nowhere. */
export function logOutLeft({ state, log }: Runtime): void {
  const directory = state.read(STATE);
  if (directory === '') return;
  logOut(directory);
  log.info('Logged out.');
}

function onlyRegistry(tags: readonly ImageReference[]): string {
  const registries = [...new Set(tags.map(({ registry }) => registry))];
  const [only, ...others] = registries;
  if (only !== undefined && others.length === 0) return only;
  throw new UserError(
    `\`username\` and \`password\` could be for ${registries.length === 0 ? 'any registry' : registries.join(' or ')}.\nSay with \`registry\` which one is meant.`,
  );
}
