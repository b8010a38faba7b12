import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Problems } from '../../../../../src/kernel/errors.js';
import { checkPermissions, type Need, needs } from '../../../../../src/platforms/kubernetes/access/permissions.js';
import { DEPLOYMENT, LEASE, POD, SERVICE } from '../../../../../src/platforms/kubernetes/api/kinds.js';
import { anySignal, connectTo } from '../bed.js';
import { answer, type Fault, FaultServer } from '../fault-server.js';

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
    if (seen.path.endsWith('/selfsubjectreviews')) {
      answer(201, { status: { userInfo: { username: 'system:serviceaccount:ci:deploy' } } })(seen, response);
      return;
    }
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

describe('many rights that are missing', () => {
  const wanted = [
    deployments,
    needs(DEPLOYMENT, ['list'], 'to find the app'),
    needs(POD, ['list', 'watch'], 'to see the pods'),
    needs(SERVICE, ['list'], 'to find the app'),
    needs(LEASE, ['get'], 'for the record'),
    METRICS,
  ];

  test('are one thing that is wrong when not one is there: the Role, or the namespace; and who is asked for is named', async () => {
    const texts = await missing(wanted, []);
    expect(texts).toEqual([
      expect.stringMatching(
        /^User system:serviceaccount:ci:deploy may do nothing in namespace shop .* not one of its 5 rights .*right namespace\?.*docs\/rbac/,
      ),
    ]);
    expect(texts[0]).toContain('--serviceaccount=ci:deploy');
    expect(texts[0]).not.toContain('apiGroups');
  });

  test('are one piece to copy, with one rule for each resource, when some are there', async () => {
    const texts = await missing(wanted, [{ verbs: ['list'], apiGroups: ['apps'], resources: ['deployments'] }]);
    expect(texts).toHaveLength(1);
    expect(texts[0]).toMatch(/^User \S+ may not do 5 of the 5 things that this step needs in namespace shop/);
    expect(texts[0]?.match(/resources: \["deployments"\]\n {4}verbs: \["get", "patch", "list"\]/g)).toHaveLength(1);
    expect(texts[0]).toContain('# may not get, patch deployments: to run the canary; to find the app');
  });
});
