import { join } from 'node:path';
import type { BuildEffects } from '../../src/image/effects.js';
import type { ImageReference } from '../../src/image/reference.js';
import { logIn, logOut } from '../../src/image/registry/login.js';
import type { Inputs } from '../../src/kernel/define.js';
import { UserError } from '../../src/kernel/errors.js';
import type { buildImage as definition } from './action.js';

/**
 * Does the work with the login of the inputs, for this step alone, and logs out afterwards.
 * @throws UserError when it is not clear which registry the login is for; what `work` throws
 */
export async function withLogin<T>(
  inputs: Pick<Inputs<typeof definition>, 'registry' | 'username' | 'password'>,
  { tags, pushes }: { readonly tags: readonly ImageReference[]; readonly pushes: boolean },
  effects: BuildEffects,
  work: (effects: BuildEffects) => Promise<T>,
): Promise<T> {
  const { username, password } = inputs;
  if (username === undefined || password === undefined) return await work(effects);
  const login = { registry: inputs.registry ?? onlyRegistry(tags), username, password };
  const directory = join(effects.environment.temporary, 'docker-config');
  try {
    const environment = logIn(login, directory, effects.environment);
    const others = [...new Set(tags.map(({ registry }) => registry))].filter((registry) => registry !== login.registry);
    if (pushes && others.length > 0 && tags.every(({ registry }) => registry !== login.registry)) {
      effects.log.warning(
        `\`registry\` is ${login.registry}, and the tags are of ${others.join(' and ')}: \`username\` and \`password\` are for another registry than the one that is pushed to.`,
      );
    }
    effects.log.info(`Login for ${login.registry}: user ${username}, for this step alone.`);
    return await work({ ...effects, environment, login });
  } finally {
    logOut(directory);
  }
}

function onlyRegistry(tags: readonly ImageReference[]): string {
  const registries = [...new Set(tags.map(({ registry }) => registry))];
  const [only, ...others] = registries;
  if (only !== undefined && others.length === 0) return only;
  throw new UserError(
    'login-for-which-registry',
    `\`username\` and \`password\` could be for ${registries.length === 0 ? 'any registry' : registries.join(' or ')}.\nSay with \`registry\` which one is meant.`,
  );
}
