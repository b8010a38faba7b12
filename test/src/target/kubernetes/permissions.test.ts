import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Problems } from '../../../../src/action/errors.js';
import { DEPLOYMENT, POD } from '../../../../src/target/kubernetes/kinds.js';
import { checkPermissions, type Need, needs } from '../../../../src/target/kubernetes/permissions.js';
import { anySignal, connectTo } from './bed.js';
import { answer, type Fault, FaultServer } from './fault-server.js';

let server: FaultServer;
beforeEach(async () => {
  server = await FaultServer.start([]);
});
afterEach(() => server.stop());

type Rule = { verbs: string[]; apiGroups?: string[]; resources?: string[]; resourceNames?: string[] };

const METRICS: Need = { group: '', resource: 'pods/proxy', verbs: ['get'], purpose: 'to read the metrics' };

/** A server whose rules review answers with these rules, and whose single reviews allow these verbs. */
async function missing(wanted: readonly Need[], rules: Rule[], incomplete?: { allows: string[] }) {
  const one: Fault = (seen, response) => {
    const { spec } = JSON.parse(seen.body) as { spec: { resourceAttributes?: { verb: string } } };
    const status = spec.resourceAttributes
      ? { allowed: incomplete?.allows.includes(spec.resourceAttributes.verb) }
      : { resourceRules: rules, nonResourceRules: [], incomplete: incomplete !== undefined };
    answer(201, { status })(seen, response);
  };
  server.play(one);
  const problems = new Problems();
  await checkPermissions(connectTo({ server: server.url }), wanted, problems, anySignal());
  return problems.texts;
}

const deployments = needs(DEPLOYMENT, ['get', 'patch'], 'to run the canary');

test('missing verbs are named with their purpose and the rule to add, ready to be copied', async () => {
  const rules = [{ verbs: ['get', 'list'], apiGroups: ['apps'], resources: ['deployments'] }];
  expect(await missing([deployments], rules)).toEqual([
    'The credentials may not patch deployments in namespace shop (to run the canary). Add this rule to their Role:\n' +
      '  - apiGroups: ["apps"]\n    resources: ["deployments"]\n    verbs: ["get", "patch"]',
  ]);
});

describe('what is allowed', () => {
  test.each<[string, Rule[]]>([
    ['by the very rule', [{ verbs: ['get', 'patch'], apiGroups: ['apps'], resources: ['deployments'] }]],
    ['by stars', [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }]],
    [
      'by two rules together',
      [
        { verbs: ['get'], apiGroups: ['apps'], resources: ['deployments'] },
        { verbs: ['patch'], apiGroups: ['apps'], resources: ['deployments'] },
      ],
    ],
  ])('%s is not asked for again', async (_how, rules) => {
    expect(await missing([deployments], rules)).toEqual([]);
  });

  test.each<[string, Rule]>([
    ['another API group', { verbs: ['*'], apiGroups: [''], resources: ['deployments'] }],
    ['another resource', { verbs: ['*'], apiGroups: ['apps'], resources: ['replicasets'] }],
    ['single objects only', { verbs: ['*'], apiGroups: ['apps'], resources: ['deployments'], resourceNames: ['other'] }],
    ['no resource at all', { verbs: ['*'] }],
  ])('%s is not mistaken for it', async (_what, rule) => {
    expect(await missing([deployments], [rule])).toHaveLength(1);
  });

  test('for pods is not allowed for what lies behind them', async () => {
    const get = (resources: string[]) => [{ verbs: ['get'], apiGroups: [''], resources }];
    expect(await missing([METRICS], get(['pods']))).toHaveLength(1);
    expect(await missing([METRICS], get(['pods/proxy']))).toEqual([]);
    expect(await missing([METRICS], get(['*/proxy']))).toEqual([]);
    expect(await missing([METRICS, needs(POD, ['get'], 'p')], get(['*']))).toEqual([]);
  });
});

describe('a server that does not tell all its rules', () => {
  test('is asked one by one, for what it did not tell', async () => {
    const rules = [{ verbs: ['get'], apiGroups: ['apps'], resources: ['deployments'] }];
    expect(await missing([deployments], rules, { allows: ['patch'] })).toEqual([]);
    expect(server.requests.map(({ path }) => path.split('/').at(-1))).toEqual([
      'selfsubjectrulesreviews',
      'selfsubjectaccessreviews',
    ]);
  });

  test('and says no, is believed', async () => {
    expect(await missing([METRICS], [], { allows: [] })).toEqual([expect.stringContaining('may not get pods/proxy')]);
    expect(JSON.parse(server.requests.at(-1)?.body ?? '')).toMatchObject({
      spec: { resourceAttributes: { namespace: 'shop', verb: 'get', group: '', resource: 'pods', subresource: 'proxy' } },
    });
  });
});

test('one request is enough for all needs when the server tells all its rules', async () => {
  await missing([deployments, METRICS, needs(POD, ['list', 'watch'], 'p')], []);
  expect(server.requests).toHaveLength(1);
});
