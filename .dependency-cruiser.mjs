/**
 * The floors of the house, on the TypeScript sources, so that `import type` counts too (swc reads them; TypeScript 7 has no
 * compiler API). From the top: report, release, then slo, target and image side by side, github, http, action, lib.
 */
const floor = (name, ...below) => ({
  name: `${name} stands on ${below.join(', ') || 'nothing'}`,
  severity: 'error',
  from: { path: `^src/${name}/` },
  to: { path: '^src/', pathNot: `^src/(${[name, ...below].join('|')})/` },
});

export default {
  forbidden: [
    floor('lib'),
    floor('action', 'lib'),
    floor('http', 'action', 'lib'),
    floor('github', 'http', 'action', 'lib'),
    floor('slo', 'http', 'action', 'lib'),
    floor('target', 'github', 'http', 'action', 'lib'),
    floor('image', 'github', 'http', 'action', 'lib'),
    floor('release', 'slo', 'target', 'image', 'github', 'http', 'action', 'lib'),
    floor('report', 'release', 'slo', 'target', 'image', 'github', 'http', 'action', 'lib'),
    {
      name: 'the library knows no action, script or test',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(actions|scripts|test)/' },
    },
    {
      name: 'actions know no script, no test and no other action',
      severity: 'error',
      from: { path: '^actions/([^/]+)/' },
      to: { path: '^(scripts|test|actions/[^/]+)/', pathNot: '^actions/$1/' },
    },
    {
      name: 'only the runtime talks to @actions/core',
      severity: 'error',
      from: { path: '^(src|actions)/', pathNot: '^src/action/' },
      to: { path: 'node_modules/@actions/core/' },
    },
    { name: 'no cycles', severity: 'error', from: {}, to: { circular: true } },
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
