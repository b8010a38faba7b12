import type { Runtime } from '../../../kernel/runtime.js';
import { isInFlight } from '../../../release/record/record.js';
import type { Cluster } from '../api/cluster.js';
import { type App, imageIn } from '../app/app.js';
import { isMadeOf } from '../canary-objects/admitted-image.js';
import type { Request } from '../decide/begin.js';
import { passedOver } from '../manifest/passed-over.js';
import type { Manifest } from '../manifest/read-manifest.js';
import { refuseUnknownFields } from '../manifest/refuse-unknown-fields.js';
import { deploymentIn, planTravel, templateIn } from '../manifest/travelling.js';
import type { Survey } from '../survey/survey.js';
import { refuseUnpullable } from './refuse-unpullable.js';

export interface VersionInputs extends Pick<Request, 'image' | 'weight' | 'takeOver'> {
  readonly manifest: Manifest | undefined;
}

/** With what the manifest makes of the app, as the API server would have it. An abort needs none. */
export async function withManifest(
  found: Survey,
  { manifest, image, weight }: VersionInputs,
  { cluster, clock, log, signal }: Pick<Runtime, 'clock' | 'log' | 'signal'> & { readonly cluster: Cluster },
): Promise<Survey> {
  const { app } = found;
  if (!manifest || weight === 0) return found;
  const name = app.deployment.metadata?.name ?? '';
  refuseUnpullable(templateIn(deploymentIn(manifest, name, cluster.namespace), app.container, image), manifest.path);
  await refuseUnknownFields(cluster, manifest, { deployment: name, service: app.service.metadata?.name ?? '' }, signal);
  const over = passedOver(manifest, { deployment: app.deployment, services: found.services });
  if (over.length > 0) {
    const text = `Of ${manifest.path} a release takes no notice of ${over.join(', ')}: only the pod template of Deployment ${name} and the ConfigMaps travel. Apply the rest yourself.`;
    const { latest } = found.record;
    // A warning at its first step is enough.
    if (!isInFlight(latest)) log.warning(text);
    else log.info(text);
  }
  const version = { container: app.container, image };
  const now = new Date(clock.now()).toISOString();
  return { ...found, app: { ...app, next: await planTravel(cluster, app.deployment, manifest, version, now, signal) } };
}

/** What the step asks for; a manifest names the image when the step does not. */
export async function requestOf(
  { image, weight, takeOver }: VersionInputs,
  { next, container, deployment }: App,
  { cluster, signal }: Pick<Runtime, 'signal'> & { readonly cluster: Cluster },
): Promise<Request> {
  const asked = { weight, takeOver };
  if (next) {
    const isLive = !next.changesTemplate && next.configMaps.length === 0;
    return { ...asked, image: imageIn(next.template, container), next: { ...next, isLive } };
  }
  const isLive = image !== undefined && weight > 0 && (await isMadeOf(cluster, deployment, container, image, signal));
  return { ...asked, image, isLive };
}
