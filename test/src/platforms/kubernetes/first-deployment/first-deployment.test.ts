import { expect, test } from '@jest/globals';
import { systemClock } from '../../../../../src/kernel/clock.js';
import { UserError } from '../../../../../src/kernel/errors.js';
import type { Kind } from '../../../../../src/platforms/kubernetes/api/kinds.js';
import { deployFirst } from '../../../../../src/platforms/kubernetes/first-deployment/first-deployment.js';
import type { Manifest } from '../../../../../src/platforms/kubernetes/manifest/read-manifest.js';
import { restaurantDeployment, restaurantLabels, service } from '../../../../../testbed/restaurant.js';
import { StillCluster } from '../../../../actions/canary-step/still-cluster.js';
import { anySignal, RecordingLog } from '../bed.js';

const manifest = {
  path: 'app.yml',
  deployments: [restaurantDeployment({})],
  services: [service('restaurant', restaurantLabels)],
  configMaps: [{ metadata: { name: 'menu' } }],
  others: [],
} as unknown as Manifest;

interface Marked {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
}

/** Takes what is created, whose pods then never start, and refuses to take it away again. */
class Stubborn extends StillCluster {
  override apply = <T>({ plural }: Kind<T>, object?: T): Promise<T> => {
    const { metadata } = object as Marked;
    this.objects.set(plural, [{ metadata: { ...metadata, uid: plural } }]);
    return Promise.resolve(object as T);
  };
  override until = <R>(): Promise<R> => Promise.reject(new UserError('image-not-pullable', 'The image can not be pulled.'));
  override request = () => Promise.resolve({ status: 201, headers: {}, body: '{}' });
  override remove = <T>(_kind: Kind<T>): Promise<T | undefined> => Promise.reject(new Error('the API server is away'));
}

async function failureOf(cluster: Stubborn, given = manifest): Promise<string> {
  cluster.objects.set('configmaps', [{ metadata: { name: 'menu' } }]);
  const failure = await deployFirst({
    cluster,
    manifest: given,
    deployment: 'restaurant',
    service: 'restaurant',
    container: undefined,
    image: undefined,
    startTimeoutMs: 1000,
    nonce: 'ours',
    clock: systemClock,
    log: new RecordingLog(),
    signal: anySignal(),
  }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(UserError);
  return (failure as UserError).message;
}

test('a first deployment that fails and can not be removed again says why it failed, and what of it is still there', async () => {
  expect(await failureOf(new Stubborn())).toMatch(
    /^The image can not be pulled[\s\S]*could not be removed again: Service restaurant, Deployment restaurant \(the API server is away\)/,
  );
});

test('what a finalizer keeps of it is not called removed', async () => {
  class Kept extends Stubborn {
    override remove = <T>({ plural }: Kind<T>): Promise<T | undefined> =>
      Promise.resolve(
        plural === 'deployments'
          ? ({ metadata: { deletionTimestamp: new Date(), finalizers: ['example.com/hold'] } } as T)
          : undefined,
      );
  }
  expect(await failureOf(new Kept())).toMatch(
    /what it had created is removed again, but for Deployment restaurant, which finalizer example\.com\/hold keeps/,
  );
});

test('a file of which nothing would serve is refused: no replicas, or a Service that selects other pods', async () => {
  const [deployment] = manifest.deployments;
  const none = { ...manifest, deployments: [{ ...deployment, spec: { ...deployment?.spec, replicas: 0 } }] } as Manifest;
  expect(await failureOf(new Stubborn(), none)).toMatch(/`replicas: 0`, so nothing would serve[\s\S]*Nothing has been changed/);
  const astray = { ...manifest, services: [service('restaurant', { app: 'restuarant' })] } as unknown as Manifest;
  expect(await failureOf(new Stubborn(), astray)).toMatch(
    /Service restaurant is in app\.yml too[\s\S]*would not be behind it[\s\S]*Nothing has been changed/,
  );
});

test('what an earlier step left with ready pods is not removed when this version does not start', async () => {
  class Serving extends Stubborn {
    readonly removed: string[] = [];
    override apply = <T>(_kind: Kind<T>, object?: T): Promise<T> => Promise.resolve(object as T);
    override remove = <T>({ plural }: Kind<T>): Promise<T | undefined> => {
      this.removed.push(plural);
      return Promise.resolve(undefined);
    };
  }
  const cluster = new Serving();
  const annotations = { 'd9.dev/first-deployment': 'lost' };
  cluster.objects.set('services', [{ metadata: { name: 'restaurant', annotations } }]);
  cluster.objects.set('deployments', [{ metadata: { name: 'restaurant', annotations }, status: { readyReplicas: 1 } }]);
  expect(await failureOf(cluster)).toContain('what an earlier step had left stays, as pods of it were ready');
  expect(cluster.removed).toEqual([]);
});
