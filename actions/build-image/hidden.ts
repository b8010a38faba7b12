import type { BuildContext } from '../../src/image/build-plan.js';
import { credentialsIn, hasPassword } from '../../src/image/written-credentials.js';
import type { Log } from '../../src/kernel/log.js';

export const BY_TOKEN =
  'Give it as `github-token`, or as `secrets: GIT_AUTH_TOKEN.HOST=…`, which BuildKit takes for that host, and leave it out of the address.';

/** The inputs in which an address or an attribute may hold a secret. */
interface Written {
  readonly context: BuildContext;
  readonly buildContexts?: readonly string[] | undefined;
  readonly cacheFrom?: readonly string[] | undefined;
  readonly cacheTo?: readonly string[] | undefined;
  readonly set?: readonly string[] | undefined;
  readonly outputs?: readonly string[] | undefined;
  readonly attests?: readonly string[] | undefined;
}

/** Hides passwords and tokens that stand in inputs which are no secrets by themselves: the engine prints addresses as they are. */
export function hideWritten(inputs: Written, log: Log): void {
  const contexts = [...(inputs.context.kind === 'remote' ? [inputs.context.url] : []), ...(inputs.buildContexts ?? [])];
  const others = [inputs.cacheFrom, inputs.cacheTo, inputs.set, inputs.outputs, inputs.attests].flatMap((list) => list ?? []);
  hideIn([...contexts, ...others], log);
  if (contexts.some(hasPassword)) {
    log.warning(
      `An address in \`context\` or \`build-contexts\` holds a password, which the engine may keep in its cache. ${BY_TOKEN}`,
    );
  }
}

export function hideIn(texts: readonly string[], log: Log): void {
  for (const secret of texts.flatMap(credentialsIn)) log.mask(secret);
}
