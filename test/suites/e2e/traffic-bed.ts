import type { Deployment, HttpRoute, KubeObject } from '../../../testbed/client/objects.js';
import { collections, type Fixture } from '../../../testbed/fixture.js';
import { pushAppImage } from '../../../testbed/image/app-image.js';
import type { Load, Traffic } from '../../../testbed/load/load.js';
import type { Report } from '../../../testbed/load/report.js';
import { RouterClient, type Shares } from '../../../testbed/router/client.js';
import { accessLog } from '../../../testbed/router/flags.js';
import { type ReleaseBed, releaseBed } from '../cluster/release-bed.js';
import { misses, type Period, routersView } from './misses.js';

/** A release in the full bed: real pods, the real router, and clients that count what they are answered. */
export interface TrafficBed extends ReleaseBed {
  /** What the first version's pods run. */
  readonly firstImage: string;
  /** What `x-app-version` says of the first version. */
  readonly firstVersion: string;
  /** As `kubectl scale` does. */
  scaleTo(replicas: number): Promise<void>;
  /** What is asked for of stable, or of another Deployment. */
  replicas(name?: string): Promise<number>;
  /** Sends requests through the router while `work` runs, and returns what became of each of them. */
  underLoad(traffic: Partial<Traffic>, work: (load: Load) => Promise<void>): Promise<TrafficReport>;
}

export interface TrafficReport extends Report {
  /** The steps that were run meanwhile, their `post` included. */
  readonly steps: readonly Period[];
  /** What the router wrote of requests that went wrong. */
  router(): string[];
}

export interface TrafficBedOptions {
  readonly replicas?: number;
  /** What splits the traffic: an HTTPRoute or a TraefikService that Traefik serves, or the number of pods behind the ClusterIP. */
  readonly by?: 'route' | 'traefik' | 'pods';
  /** Of the first version (docs/testbed.md). */
  readonly faults?: string;
  /** See `RestaurantOptions`. */
  readonly preStopSeconds?: number | undefined;
}

const FIRST = 'v1';

/** Traefik's own route, by a TraefikService whose weights can be split. */
async function leadByTraefik({ fixture, namespace }: ReleaseBed, host: string): Promise<void> {
  const apiVersion = 'traefik.io/v1alpha1';
  const metadata = { name: 'restaurant' };
  await fixture.api.create(collections.traefikServices(namespace), {
    apiVersion,
    kind: 'TraefikService',
    metadata,
    spec: { weighted: { services: [{ name: 'restaurant', port: 80 }] } },
  });
  const services = [{ kind: 'TraefikService', name: 'restaurant' }];
  await fixture.api.create(collections.ingressRoutes(namespace), {
    apiVersion,
    kind: 'IngressRoute',
    metadata,
    spec: { entryPoints: ['web'], routes: [{ kind: 'Rule', match: `Host(\`${host}\`)`, services }] },
  });
}

/** Deploys the restaurant's first version into a namespace of its own, with a route on the bed's Gateway. */
export async function trafficBed(
  fixture: Fixture,
  { replicas = 2, by = 'route', faults = '', preStopSeconds }: TrafficBedOptions = {},
): Promise<TrafficBed> {
  // As in a user's workflow, a step waits as long as the router's makers say; the proof has time for 10 % of 50 rps.
  const bed = await releaseBed(fixture, 'empty', { 'prove-timeout': '30s', ...(by === 'traefik' && { router: 'traefik' }) });
  const { namespace } = bed;
  const host = `${namespace}.example`;
  const firstImage = await pushVersion(fixture, FIRST, faults);
  await fixture.deployRestaurant(namespace, {
    replicas,
    image: firstImage,
    ...(by === 'route' && { host }),
    ...(preStopSeconds !== undefined && { preStopSeconds }),
  });
  if (by === 'traefik') await leadByTraefik(bed, host);
  const target = by !== 'pods' ? { url: gatewayOf(fixture), host } : { url: await clusterAddress(bed), host };
  await untilServed(target.url, host);
  const steps: Period[] = [];
  const timed =
    <A extends [string, ...unknown[]], T>(half: string, run: (...start: A) => Promise<T>) =>
    async (...start: A): Promise<T> => {
      const startedAt = Date.now();
      const inputs = start.find((part) => typeof part === 'object');
      const note = () =>
        steps.push({ name: `${start[0]}${half} ${JSON.stringify(inputs ?? {})}`, startedAt, endedAt: Date.now() });
      return run(...start).finally(note);
    };
  return {
    ...bed,
    step: timed('', bed.step),
    post: timed(' (post)', bed.post),
    firstImage,
    firstVersion: FIRST,
    async scaleTo(replicas) {
      await fixture.api.patch(`${collections.deployments(namespace)}/restaurant`, { spec: { replicas } });
    },
    replicas: async (name = 'restaurant') =>
      (await fixture.api.get<Deployment>(`${collections.deployments(namespace)}/${name}`)).spec.replicas,
    async underLoad(traffic, work) {
      const load = await fixture.startLoad(namespace, { rps: 100, newConnections: 0.25, ...target, ...traffic });
      try {
        await work(load);
      } finally {
        await load.stop();
      }
      const report = await load.stop();
      const router = () => (by === 'route' ? routersView(accessLog(fixture.bed.directory), host) : []);
      return { ...report, steps, router };
    },
  };
}

/** A router has accepted a route, and kube-proxy has heard of a Service, some time before they serve it. */
async function untilServed(address: string, host: string): Promise<void> {
  const client = new RouterClient(address);
  const isServed = (shares: Shares) => Object.keys(shares).join() === FIRST;
  await client.until({ host }, isServed).finally(() => client.close());
}

const pushed = new Map<string, Promise<string>>();

/** Pushes a version of the app to the bed's registry, once. @returns the image by digest */
export function pushVersion(fixture: Fixture, tag: string, faults = ''): Promise<string> {
  const { registry } = fixture.bed;
  if (registry === undefined) throw new Error('These tests need the full bed: npm run test:e2e (docs/testbed.md).');
  const image = pushed.get(`${tag} ${faults}`) ?? pushAppImage({ registry, tag, faults }).then(({ image }) => image);
  pushed.set(`${tag} ${faults}`, image);
  return image;
}

function gatewayOf({ bed }: Fixture): string {
  if (bed.gateway === undefined) throw new Error('These tests need the full bed with its router: npm run test:e2e.');
  return bed.gateway;
}

async function clusterAddress({ fixture, namespace }: ReleaseBed): Promise<string> {
  const { spec } = await fixture.api.get<KubeObject>(`${collections.services(namespace)}/restaurant`);
  return `http://${(spec as { clusterIP: string }).clusterIP}`;
}

/** Watches the route. @returns when it stopped giving the canary a share that it has or gets, in milliseconds since 1970 */
export async function zeroWritten({ fixture: { api }, namespace }: ReleaseBed): Promise<number> {
  const weightIn = (route: HttpRoute | undefined) =>
    route?.spec.rules?.[0]?.backendRefs?.find(({ name }) => name === 'restaurant-canary')?.weight ?? 0;
  const routes = collections.httpRoutes(namespace);
  await api.until<HttpRoute>(routes, 'restaurant', (route) => weightIn(route) > 0, 300_000);
  await api.until<HttpRoute>(routes, 'restaurant', (route) => weightIn(route) === 0, 300_000);
  return Date.now();
}

/** Returns once this many more requests are over. */
export async function sendMore(load: Load, requests: number): Promise<void> {
  const { sent } = load.snapshot().total;
  await load.until(({ total }) => total.sent >= sent + requests);
}

/** The versions that answered in the last whole second, sorted. */
export const versionsAtTheEnd = ({ seconds }: Report): string[] => Object.keys(seconds.at(-1)?.versions ?? {}).sort();

/** Requests that failed or were lost, by when and why; see `misses`. With what the router says of them. */
export const missedIn = ({ notOk, steps, router }: TrafficReport): string[] =>
  notOk.length === 0 ? [] : [...misses(notOk, steps), ...router()];

/** The same of requests that no version answered, sent after `sinceMs`. */
export const lostIn = ({ notOk, ...report }: TrafficReport, sinceMs = 0): string[] =>
  missedIn({ ...report, notOk: notOk.filter(({ verdict, sentAt }) => verdict === 'lost' && sentAt > sinceMs) });

/** Where a release has got to, by what is in the cluster. */
export interface EndState {
  readonly phase: string | undefined;
  /** What stable runs. */
  readonly image: string | undefined;
  readonly canaryWeight: number;
  readonly leftovers: readonly string[];
}

export const stateOf = async (bed: ReleaseBed): Promise<EndState> => ({
  phase: (await bed.record())?.phase,
  image: await bed.stableImage(),
  canaryWeight: await bed.canaryWeight().catch(() => 0),
  leftovers: await bed.leftovers(),
});

/** What is there after a release that is over: stable, and nothing of ours. */
export const settled = (phase: 'promoted' | 'aborted' | 'rolled-back', image: string): EndState => ({
  phase,
  image,
  canaryWeight: 0,
  leftovers: [],
});
