import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../../../../testbed/client/objects.js';
import { restaurantDeployment, restaurantLabels, service } from '../../../../testbed/restaurant.js';
import { deployments } from '../../../../testbed/sandbox/api/resources.js';
import { asBefore } from '../expectations.js';
import { canaryStep, rollback } from '../scenarios.js';
import { image, REPLICAS } from '../simulation/app.js';
import { CANARY, ownersView } from '../simulation/view.js';
import { staged } from './drill.js';
import { by, RERUN } from './runs.js';

const SERVICES = '/api/v1/namespaces/shop/services';
const DEPLOYMENTS = '/apis/apps/v1/namespaces/shop/deployments';

/**
 * Somebody makes a Service under the canary's name while a release begins, after the names were looked at: it is refused, and left exactly as it is by
 * the step, by `post` and by a rollback.
 */
export const nameTaken = staged('name-taken', async (stage) => {
  const { trial } = stage;
  let foreign: Promise<unknown> | undefined;
  trial.store.listen(deployments, ({ object }) => {
    if (object.metadata.name === CANARY)
      foreign ??= trial.cluster.api.create(SERVICES, service(CANARY, { app: 'somebody-elses' }));
  });
  const process = stage.begin({ ...canaryStep(10), as: by(1) });
  const end = await stage.end(process);
  const before = await foreign;
  stage.expect('the step did not come to the name', before !== undefined);
  stage.expect('the release was not refused', end.kind === 'ended' && end.exitCode === 1 && end.failure.includes(CANARY));
  const stays = async (after: string) => {
    const now = await trial.cluster.api.get(`${SERVICES}/${CANARY}`).catch(() => undefined);
    stage.expect(
      `${after}: somebody else's Service is ${JSON.stringify(now)} instead of ${JSON.stringify(before)}`,
      isDeepStrictEqual(now, before),
    );
  };
  await stays('after the step');
  await stage.post();
  await stays('after post');
  await stage.succeed(rollback({ scope: 'any' }), RERUN);
  await stays('after the rollback');
});

/** A worker of the same app, whose pods stand under stable's labels and crash: it is nobody's canary and no part of stable. */
const worker = (): KubeObject => {
  const labels = { ...restaurantLabels, role: 'worker' };
  return restaurantDeployment({ name: 'worker', image: image('crash'), replicas: 1, labels });
};

/** A release begins while somebody gives stable one pod more: that a stranger's pod fails is no reason to refuse it. */
export const strangers = staged('strangers', async (stage) => {
  const { trial } = stage;
  const { api } = trial.cluster;
  await api.create(DEPLOYMENTS, worker());
  await trial.pass(60_000);
  await api.patch(`${DEPLOYMENTS}/restaurant`, { spec: { replicas: REPLICAS + 1 } });
  trial.ownersView = ownersView(trial.store);
  await stage.succeed(canaryStep(10), by(1));
  stage.note(asBefore(trial, await stage.run(rollback({ scope: 'any' }), RERUN)));
});
