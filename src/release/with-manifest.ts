import type { Runtime } from '../action/runtime.js';
import type { Cluster } from '../target/kubernetes/cluster.js';
import type { Manifest } from '../target/kubernetes/manifest/read-manifest.js';
import { planTravel } from '../target/kubernetes/manifest/travelling.js';
import { type App, imageIn } from '../target/kubernetes/workload/app.js';
import type { Request } from './begin.js';
import type { Survey } from './survey.js';

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
  const { path, others } = manifest;
  if (others.length > 0) log.info(`Of ${path} a release takes no notice of ${others.join(', ')}.`);
  const version = { container: app.container, image };
  const now = new Date(clock.now()).toISOString();
  return { ...found, app: { ...app, next: await planTravel(cluster, app.deployment, manifest, version, now, signal) } };
}

/** What the step asks for; a manifest names the image when the step does not. */
export const requestOf = ({ image, weight, takeOver }: VersionInputs, { next, container }: App): Request => ({
  weight,
  takeOver,
  image: next ? imageIn(next.template, container) : image,
  next: next && { hash: next.hash, isLive: !next.changesTemplate && next.configMaps.length === 0 },
});
