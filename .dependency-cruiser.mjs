/**
 * The floors of the house, on the TypeScript sources, so that `import type` counts too (swc reads them; TypeScript 7 has no
 * compiler API). From the top: suite.ts, platforms and report side by side, release, then slo and image side by side, forges, http, kernel.
 */
const floor = (name, ...below) => ({
  name: `${name} stands on ${below.join(', ') || 'nothing'}`,
  severity: 'error',
  from: { path: `^src/${name}/` },
  to: { path: '^src/', pathNot: `^src/(${[name, ...below].join('|')})/` },
});

/** Of a kind; it loads the kind's code when that is needed. */
const DESCRIPTION = '/index[.]ts$';

/** The rooms of one floor, from the bottom: each may import those before it. A file beside the rooms is one, by its name. */
const rooms = (house, names) =>
  names.slice(0, -1).flatMap((name, index) => {
    const above = { path: `^src/${house}/(${names.slice(index + 1).join('|')})[/.]` };
    const rule = { name: `${house}/${name} stands below ${names.slice(index + 1).join(', ')}`, severity: 'error' };
    return [
      { ...rule, from: { path: `^src/${house}/${name}[/.]`, pathNot: DESCRIPTION }, to: above },
      // What a description loads when it is needed may lie above it.
      { ...rule, from: { path: `^(?=.*${DESCRIPTION})src/${house}/${name}[/.]` }, to: { ...above, dynamic: false } },
    ];
  });

const SLO = ['objective', 'judge', 'pace', 'source', 'liveness', 'sources', 'evidence', 'gate', 'file'];
const RELEASE = ['platform', 'testers', 'inputs', 'record', 'strategy', 'outcome', 'proof', 'standing', 'going-back'];
const KUBERNETES = [
  'api',
  'access',
  'pods',
  'manifest',
  'app',
  'canary-objects',
  'router',
  'routers',
  // Descriptions, which load their code when it is needed.
  'strategies/[^/]+/index',
  'strategies/index',
  'rollout',
  'surroundings',
  'memory',
  'ledger',
  'plan',
  'inputs',
  'evidence',
  'work',
  'survey',
  'config-maps',
  'stable',
  'canary',
  'standing',
  'lost-record',
  'preflight',
  'decide',
  'going-back',
  'gate',
  'strategy',
  'strategies/[^/]+/(?!index[.])[^/.]+',
  'first-deployment',
  'steps',
  'index',
];

const AWS = ['loopback', 'aws-inputs', 'clients', 'failures', 'ask', 'account', 'ledger'];
const LAMBDA = [
  'memory',
  'lambda-inputs',
  'alias',
  'traffic',
  'versions',
  'decide',
  'site',
  'work',
  'going-back',
  'move',
  'steps',
  'index',
];

/** A kind is one folder and one line: whatever it has inside is its own affair. */
const kinds = (folder, houses = 'src|actions|scripts') => ({
  name: `a kind of ${folder} is imported by its index alone`,
  severity: 'error',
  from: { path: `^(${houses})/`, pathNot: `^src/${folder}/[^/]+/` },
  to: { path: `^src/${folder}/[^/]+/`, pathNot: `^src/${folder}/[^/]+/index[.]ts$` },
});

/** No kind knows another one. What several share lies beside them, and is no kind. */
const apart = (folder, shared = []) => ({
  name: `a kind of ${folder} knows no other`,
  severity: 'error',
  from: { path: `^src/${folder}/([^/]+)/` },
  to: { path: `^src/${folder}/[^/]+/`, pathNot: `^src/${folder}/(${['$1', ...shared].join('|')})/` },
});

export default {
  forbidden: [
    floor('kernel'),
    floor('http', 'kernel'),
    floor('forges', 'http', 'kernel'),
    floor('slo', 'http', 'kernel'),
    floor('image', 'forges', 'http', 'kernel'),
    floor('release', 'slo', 'image', 'forges', 'http', 'kernel'),
    floor('platforms', 'release', 'slo', 'image', 'forges', 'http', 'kernel'),
    floor('report', 'release', 'slo', 'image', 'forges', 'http', 'kernel'),
    floor('hosts', 'kernel'),
    {
      name: 'only suite.ts knows which platforms there are',
      severity: 'error',
      from: { path: '^(src|actions)/', pathNot: '^src/suite[.]ts$' },
      to: { path: '^src/platforms/index[.]ts$' },
    },
    // The Roles and the command line are of Kubernetes alone.
    kinds('platforms', 'src|actions'),
    apart('platforms', ['aws']),
    kinds('platforms/kubernetes/routers'),
    apart('platforms/kubernetes/routers'),
    kinds('platforms/kubernetes/strategies'),
    apart('platforms/kubernetes/strategies'),
    ...rooms('slo', SLO),
    ...rooms('platforms/kubernetes', KUBERNETES),
    ...rooms('release', RELEASE),
    ...rooms('platforms/aws', AWS),
    ...rooms('platforms/aws-lambda', LAMBDA),
    {
      name: 'the library knows no action, script or test',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(actions|scripts|test|testbed)/' },
    },
    {
      name: 'actions know no script, no test and no other action',
      severity: 'error',
      from: { path: '^actions/([^/]+)/' },
      to: { path: '^(scripts|test|testbed|actions/[^/]+)/', pathNot: '^actions/$1/' },
    },
    {
      name: 'only the host talks to @actions/core',
      severity: 'error',
      from: { path: '^(src|actions)/', pathNot: '^src/hosts/github-actions/' },
      to: { path: 'node_modules/@actions/core/' },
    },
    {
      name: 'no cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['dynamic-import'] } },
    },
    {
      name: 'no cycles by an import that waits, but for what a description loads',
      severity: 'error',
      from: { pathNot: DESCRIPTION },
      to: { circular: true, dynamic: true },
    },
    { name: 'everything imported exists', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'what is bundled is a dependency',
      severity: 'error',
      from: { path: '^(src|actions)/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    parser: 'swc',
    moduleSystems: ['es6'],
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
