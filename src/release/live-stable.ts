import type { V1Deployment } from '@kubernetes/client-node';
import { UserError } from '../action/errors.js';
import { claims, FIELD_MANAGER } from '../target/kubernetes/ownership.js';
import { imageIn, templateOf } from '../target/kubernetes/workload/app.js';
import { isSameImage } from '../target/kubernetes/workload/image-identity.js';
import { versionOf } from '../target/kubernetes/workload/pod-version.js';
import { isImageOf, type Release } from './record.js';

const POD_TEMPLATE = ['f:spec', 'f:template'];

/** What stable runs at present, whatever the record says. */
export interface LiveStable {
  /** Image of the released container. */
  readonly image: string;
  readonly version: string;
  /** Whether this suite was the last to write some of the pod template. */
  readonly isOurs: boolean;
  /** Who else wrote the pod template last, and when; undefined when the server does not say. */
  readonly writtenBy: string | undefined;
}

export function liveStable(deployment: V1Deployment, container: string): LiveStable {
  const template = templateOf(deployment);
  return {
    image: imageIn(template, container),
    version: versionOf(template),
    isOurs: claims(deployment, POD_TEMPLATE),
    writtenBy: lastWriter(deployment),
  };
}

function lastWriter({ metadata }: V1Deployment): string | undefined {
  const others = (metadata?.managedFields ?? []).filter(
    (entry) =>
      entry.manager !== FIELD_MANAGER &&
      claims({ metadata: { managedFields: [{ ...entry, manager: FIELD_MANAGER }] } }, POD_TEMPLATE),
  );
  const at = ({ time }: (typeof others)[number]) => (time === undefined ? 0 : new Date(time).getTime());
  const last = others.toSorted((a, b) => at(b) - at(a))[0];
  if (last?.manager === undefined) return undefined;
  return `${last.manager}${last.time === undefined ? '' : ` at ${new Date(last.time).toISOString()}`}`;
}

/**
 * Whether somebody else has put into stable what it runs: neither what it ran when the release began, nor what the release has written. A restart
 * is no other version.
 */
export function isForeign({ stage, stable, canary, manifest }: Release, live: LiveStable): boolean {
  const isAsBefore = stable.version === undefined ? isSameImage(live.image, stable.image) : live.version === stable.version;
  const isUntouched = stage === undefined || stage === 'shifted';
  // A manifest can change the template alone.
  const tellsNothing = manifest !== undefined && isUntouched && isSameImage(stable.image, canary.image);
  const hasCanaryImage = isImageOf(canary, live.image) && !tellsNothing;
  return !isAsBefore && !hasCanaryImage && !live.isOurs;
}

/** What somebody else has put into stable, and who, for messages. */
export function describeForeign({ deployment, stable }: Release, live: LiveStable): string {
  const by = live.writtenBy === undefined ? '' : ` (${live.writtenBy})`;
  const what = isSameImage(live.image, stable.image)
    ? `another pod template with the same image, ${live.image}`
    : `${live.image}, and ran ${stable.image} when the release began`;
  return `Deployment ${deployment} runs ${what}: somebody changed it during the release${by}`;
}

/** @throws UserError when going on would overwrite what somebody has put into stable meanwhile, beside which nobody has looked at the canary */
export function refuseForeign(release: Release, live: LiveStable): void {
  if (!isForeign(release, live)) return;
  throw new UserError(
    `${describeForeign(release, live)}. The canary of ${release.canary.image} was released beside the former, and promoting it would overwrite the latter. ` +
      'Put the canary back with `weight: 0`, which leaves stable as it is now, and release again; a step that names the `image` and has `take-over: true` does both. Stable has not been changed.',
  );
}
