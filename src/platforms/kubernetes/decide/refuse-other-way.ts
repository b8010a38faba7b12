import { UserError } from '../../../kernel/errors.js';
import type { Testers } from '../../../release/testers.js';
import { kubernetesOf, type OnPlatform } from '../memory.js';
import type { RouterMemory } from '../router.js';
import { type RouterKind, routerOfKind } from '../routers/index.js';

/** What a step says of how the traffic is split. */
export interface WayAsked {
  readonly router: 'auto' | RouterKind;
  readonly route?: string | undefined;
}

/**
 * A release keeps to the way that it began with. A later step that names another one would look for the canary where it never was, or take testers that
 * nothing tells apart.
 * @throws UserError naming the input and what the release began with
 */
export function refuseOtherWay(release: OnPlatform, asked: WayAsked, testers?: Testers): void {
  const { router: own } = kubernetesOf(release);
  const given = otherWay(own, asked) ?? (routerOfKind(own.kind).splitsTesters ? undefined : testerInputs(testers));
  if (given === undefined) return;
  const way = routerOfKind(own.kind).describe(own);
  throw new UserError(
    'release-begun-otherwise',
    `The release in flight is split by ${way}, as it was when it began, and ${given} can't change that before it ends. ` +
      `Leave ${given} out of this step; or end the release with \`weight: 0\`, and begin it anew. Nothing has been changed.`,
  );
}

function otherWay(own: RouterMemory, { router, route }: WayAsked): string | undefined {
  if (router !== 'auto' && router !== own.kind) return `\`router: ${router}\``;
  if (route !== undefined && routerOfKind(own.kind).objects(own)[0]?.name !== route) return `\`route: ${route}\``;
  return undefined;
}

const testerInputs = ({ header, cookie }: Testers = {}): string | undefined =>
  header === undefined && cookie === undefined
    ? undefined
    : [...(header ? ['`header`'] : []), ...(cookie ? ['`cookie`'] : [])].join(' and ');
