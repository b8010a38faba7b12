import type { V1Deployment } from '@kubernetes/client-node';
import { UserError } from '../../../kernel/errors.js';
import { describeHold } from '../../../release/record/holder.js';
import { isImageOf, isOver, type Release } from '../../../release/record/record.js';
import type { Cluster } from '../api/cluster.js';
import { DEPLOYMENT, LEASE } from '../api/kinds.js';
import { type App, imageIn, templateOf } from '../app/app.js';
import { APP_LABEL, MANAGED_BY } from '../canary-objects/canary-objects.js';
import { appOfLease, latestIn, leaseName } from '../ledger/lease-record.js';
import { kubernetesOf } from '../memory.js';
import { forbidden } from '../survey/undo-survey.js';

/** The name of an app is its lock and its record; what is released is a Deployment behind a Service. This is another name for the same ones. */
export interface OtherName {
  readonly app: string;
  /** Its newest release; undefined where its record was lost and its canary is there. */
  readonly latest: Release | undefined;
}

const OF_SUITE = Object.entries(MANAGED_BY)
  .map(([label, value]) => `${label}=${value}`)
  .join();

/**
 * Other names under which this app's Deployment or Service has been released, by their records and their canaries. Whoever may not look finds none:
 * a right that is missing stops no way back, and a release asks for it before.
 */
export async function otherNames(cluster: Cluster, app: App, signal: AbortSignal): Promise<readonly OtherName[]> {
  const [recorded, canaries] = await Promise.all([
    recordedNames(cluster, app, signal),
    forbidden([], cluster.list(DEPLOYMENT, { labels: OF_SUITE }, signal)),
  ]);
  const known = new Set([app.name, ...recorded.filter(mayBeInFlight).map((other) => other.app)]);
  const unrecorded = canaries.flatMap((canary) => {
    const name = canary.metadata?.labels?.[APP_LABEL];
    return name !== undefined && !known.has(name) && standsBeside(canary, app) ? [{ app: name, latest: undefined }] : [];
  });
  return [...recorded, ...unrecorded];
}

/** The same by the records alone: what began a moment ago has one, and no record can have been lost since. */
export async function recordedNames(cluster: Cluster, app: App, signal: AbortSignal): Promise<readonly OtherName[]> {
  const leases = await forbidden([], cluster.list(LEASE, { labels: OF_SUITE }, signal));
  return leases
    .filter(({ metadata }) => metadata?.name !== leaseName(app.name))
    .flatMap((lease) => {
      const latest = latestIn(lease);
      return latest && isSameTarget(latest, app) ? [{ app: appOfLease(lease), latest }] : [];
    });
}

function isSameTarget(release: Release, app: App): boolean {
  const { deployment, service } = kubernetesOf(release);
  return deployment === app.deployment.metadata?.name || service === app.service.metadata?.name;
}

/** A canary has all labels of its stable's pods, one of them perhaps in a value of its own. */
function standsBeside({ spec }: V1Deployment, { deployment }: App): boolean {
  const labels = spec?.template.metadata?.labels ?? {};
  const selected = Object.entries(deployment.spec?.selector.matchLabels ?? {});
  return selected.length > 0 && selected.every(([key, value]) => [value, `${value}-canary`].includes(labels[key] ?? ''));
}

/** One whose record can't be read counts as in flight. */
const mayBeInFlight = ({ latest }: OtherName): boolean => latest === undefined || !isOver(latest);

/** @throws UserError for a release that would begin beside one of another name: two locks on one Deployment are none */
export function refuseSecondName(names: readonly OtherName[], app: App): void {
  const other = names.find(mayBeInFlight);
  if (other)
    throw new UserError(
      'app-has-other-name',
      `${describe(other, app)} The name is the lock and the record of a release, so one Deployment and its Service have one. ` +
        `Give every step \`app: ${other.app}\`, or let that release end first (rollback with \`app: ${other.app}\`). Nothing has been changed.`,
    );
}

/**
 * For a step that has found nothing to undo under the name that it was given: that is no success where there is something under another.
 * @param isDue whether the step would undo a promoted release, were it its own
 * @throws UserError naming the other app
 */
export async function refuseOtherApp(
  cluster: Cluster,
  app: App,
  signal: AbortSignal,
  isDue: (promoted: Release) => boolean = () => false,
): Promise<void> {
  const names = await otherNames(cluster, app, signal);
  const other = names.find((name) => mayBeInFlight(name) || (isLive(name, app) && isDue(name.latest)));
  if (other)
    throw new UserError(
      'app-has-other-name',
      `${describe(other, app)} Give this step \`app: ${other.app}\`. Nothing has been changed.`,
    );
}

const isLive = (name: OtherName, { deployment, container }: App): name is OtherName & { readonly latest: Release } =>
  name.latest?.phase === 'promoted' &&
  kubernetesOf(name.latest).deployment === deployment.metadata?.name &&
  deployment.metadata?.uid !== undefined &&
  isImageOf(name.latest.canary, imageIn(templateOf(deployment), container));

function describe({ app: name, latest }: OtherName, app: App): string {
  const where = `${app.namespace}/${app.deployment.metadata?.name}`;
  if (latest === undefined)
    return `Deployment ${where} is released under another name than \`app: ${app.name}\`: there is a canary of \`app: ${name}\`, whose record was lost.`;
  const { deployment, service } = kubernetesOf(latest);
  const what =
    deployment === app.deployment.metadata?.name
      ? `Deployment ${where}`
      : `Service ${app.namespace}/${service} (with Deployment ${deployment})`;
  const state = isOver(latest)
    ? `${latest.canary.image} was promoted by ${latest.owner.url}, and stable runs it`
    : describeHold(latest);
  return `${what} is released under another name than \`app: ${app.name}\`: under \`app: ${name}\`. ${state}.`;
}
