import { DEPLOYMENT, SERVICE } from '../target/kubernetes/kinds.js';
import { canaryName } from '../target/kubernetes/workload/app.js';
import { settle, type Work } from './work.js';

/** Once nothing is routed to the canary: the route as it was, then the drain, then the canary's objects. Nothing of ours stays. */
export async function leaveNothingBehind(work: Work): Promise<void> {
  const { cluster, app, router, held } = work;
  await work.log.group('Remove the canary', async () => {
    await router.leave(held.signal);
    await settle(work);
    await cluster.remove(DEPLOYMENT, canaryName(app.name), {}, held.signal);
    if (router.isolation === 'isolated') await cluster.remove(SERVICE, canaryName(app.name), {}, held.signal);
  });
}
