/** What the emitted JavaScript loads at run time; types are gone here. Each rule guards the cold start of every action. */
export default {
  forbidden: [
    {
      name: '@kubernetes/client-node and openid-client are loaded only by the lazy chunk',
      comment: 'They cost seven times the start-up of node; take their types by `import type`.',
      severity: 'error',
      from: { path: '^build/(src|actions)/', pathNot: '^build/src/platforms/kubernetes/access/kube-auth/' },
      to: { path: 'node_modules/(@kubernetes/client-node|openid-client)/' },
    },
    {
      name: '@actions/github is loaded only by the lazy chunk',
      comment: 'It brings an HTTP client of its own: twice the start-up of node.',
      severity: 'error',
      from: { path: '^build/(src|actions)/', pathNot: '^build/src/forges/github/run-state\\.js$' },
      to: { path: 'node_modules/(@actions/github|@octokit)/' },
    },
    {
      name: 'node:https instead of node:http',
      comment: "A static ESM import of node:http loads node's own undici: 30 ms of CPU at every start.",
      severity: 'error',
      from: { path: '^build/(src|actions)/' },
      to: { path: '^(node:)?http$', dependencyTypesNot: ['dynamic-import'] },
    },
  ],
  options: {
    moduleSystems: ['es6'],
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
