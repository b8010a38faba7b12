import type { IncomingMessage, ServerResponse } from 'node:http';
import { asBefore } from '../expectations.js';
import { canaryStep, rollback } from '../scenarios.js';
import type { Trial } from '../simulation/trial.js';
import { canaryWeightIn, recordIn } from '../simulation/view.js';
import { staged, undisturbed } from './drill.js';
import { by, RERUN } from './runs.js';

export const rolledBack = undisturbed('rolled-back', 'rollback');

/** What an undo writes to, and what it finds the app by. */
const LEFT: Readonly<Record<string, readonly string[]>> = {
  '': ['services', 'pods'],
  apps: ['deployments', 'replicasets'],
  autoscaling: ['horizontalpodautoscalers'],
  'coordination.k8s.io': ['leases'],
  'discovery.k8s.io': ['endpointslices'],
  'gateway.networking.k8s.io': ['httproutes'],
  policy: ['poddisruptionbudgets'],
};

/** The rights to measure, to see logs, events and what else leads to the app are taken away during a release: it is put back all the same. */
export const fewerRights = staged('fewer-rights', async (stage) => {
  const { trial } = stage;
  await stage.succeed(canaryStep(50), by(1));
  stage.tamper = (request, response) => {
    const { url = '' } = request;
    if (url.includes('/selfsubjectrulesreviews'))
      return say(request, response, 201, { kind: 'SelfSubjectRulesReview', status: rightsLeft });
    if (!/\/(events|ingresses|networkpolicies|backendtlspolicies|log|proxy)\b/.test(url)) return false;
    return say(request, response, 403, {
      kind: 'Status',
      status: 'Failure',
      code: 403,
      reason: 'Forbidden',
      message: 'no such right',
    });
  };
  await stage.post();
  stage.note(isPutBack(trial));
  stage.note(asBefore(trial, await stage.run(rollback({ scope: 'any' }), RERUN)));
});

/** Everything that the step was given has become something else, and its workspace is gone: `post` goes by what main kept. */
export const nothingGiven = staged('nothing-given', async (stage) => {
  const { trial } = stage;
  await stage.succeed(canaryStep(50), by(1));
  await stage.post({
    app: 'another',
    service: 'none',
    weight: 'much',
    image: '',
    slo: 'gone.yml',
    manifest: 'gone.yml',
    foreign: 'x',
  });
  stage.note(isPutBack(trial));
  stage.note(asBefore(trial, await stage.run(rollback({ scope: 'any' }), RERUN)));
});

/** Somebody scales stable to nothing at 50 %: it has its pods again before the canary's traffic goes back to it. */
export const stableAtZero = staged(
  'stable-at-zero',
  async (stage) => {
    const { trial } = stage;
    await stage.succeed(canaryStep(50), by(1));
    await trial.cluster.api.patch('/apis/apps/v1/namespaces/shop/deployments/restaurant', { spec: { replicas: 0 } });
    await trial.pass(10_000);
    await stage.post();
    stage.note(isPutBack(trial));
    const left = asBefore(trial, await stage.run(rollback({ scope: 'any' }), RERUN));
    // It tells the person who scaled it down, and goes by itself.
    stage.note(left.filter((what) => !what.startsWith('a claim on Event ')));
  },
  { excused: /^restaurant has 50 %|requests lost: restaurant: / },
);

function isPutBack({ store }: Trial): string[] {
  const { phase } = recordIn(store) ?? {};
  const weight = canaryWeightIn(store);
  return phase === 'aborted' && weight === 0 ? [] : [`the record says ${phase}, and the canary has ${weight} %`];
}

const rightsLeft = {
  incomplete: false,
  nonResourceRules: [],
  resourceRules: Object.entries(LEFT).map(([group, resources]) => ({ apiGroups: [group], resources, verbs: ['*'] })),
};

function say(request: IncomingMessage, response: ServerResponse, code: number, body: object): true {
  request.resume();
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify({ apiVersion: 'v1', ...body }));
  return true;
}
