import { asBefore, undone } from '../expectations.js';
import { canaryStep, rollback } from '../scenarios.js';
import { image } from '../simulation/app.js';
import { canaryWeightIn, leftoversIn, stableImageIn } from '../simulation/view.js';
import { type Stage, staged } from './drill.js';
import { by, RERUN } from './runs.js';

const DEPLOYMENT = '/apis/apps/v1/namespaces/shop/deployments/restaurant';
const HOTFIX = image('v1-hotfix');

const put = ({ trial }: Stage, what: string) =>
  trial.cluster.api.patch(
    DEPLOYMENT,
    [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: what }],
    'application/json-patch+json',
  );

/** What somebody puts into stable beside a canary stays: nobody has looked at the canary beside it, and nothing of the release is to replace it. */
export const hotfix = staged(
  'hotfix',
  async (stage) => {
    const { trial } = stage;
    const stays = (after: string) =>
      stage.expect(
        `${after}: stable is to run ${stableImageIn(trial.store)}, and somebody put ${HOTFIX} there`,
        stableImageIn(trial.store) === HOTFIX,
      );
    await stage.succeed(canaryStep(10), by(1));
    await put(stage, HOTFIX);
    await trial.pass(60_000);
    const promotion = await stage.run(canaryStep(100), by(1));
    stage.expect('the promotion was not refused', promotion.kind === 'ended' && promotion.exitCode === 1);
    stays('after the promotion');
    await stage.post();
    stays('after post');
    stage.note(undone(await stage.run(rollback({ scope: 'any' }), RERUN)));
    stays('after the rollback');
    stage.expect(`the canary has ${canaryWeightIn(trial.store)} %`, canaryWeightIn(trial.store) === 0);
    stage.note(leftoversIn(trial.store).map((what) => `${what} is left`));
  },
  { setup: { drains: true } },
);

/** Stable's pods are started anew during a canary: that is no other version, and the release goes on and is taken back. */
export const restart = staged(
  'restart',
  async (stage) => {
    const { trial } = stage;
    await stage.succeed(canaryStep(10), by(1));
    await trial.cluster.api.patch(DEPLOYMENT, {
      spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': new Date().toISOString() } } } },
    });
    await trial.pass(60_000);
    await stage.succeed(canaryStep(100), by(1));
    stage.note(
      asBefore(trial, await stage.run(rollback({ scope: 'any' }), RERUN)).filter((text) => !text.startsWith('Deployment')),
    );
  },
  { setup: { drains: true } },
);
