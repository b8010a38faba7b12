import { definePage } from '../../src/hosts/github-actions/page.js';
import { verifySlo } from './action.js';

export const page = definePage(
  verifySlo,
  `- uses: org/d9-actions/verify-slo@v1 # after a canary-step with a weight of 1–99
  with:
    app: restaurant
    slo: slo.yml
    hold: 10m
    kubeconfig: \${{ secrets.KUBECONFIG }}
`,
  {
    'What nearly every step says': ['app', 'slo', 'hold', 'kubeconfig'],
    'What a verdict does': ['on-breach', 'on-job-failure', 'evidence-file'],
    'What the app is called, and where it is': ['deployment', 'service', 'container', 'namespace', 'context'],
    'Where the app is, on AWS Lambda': ['platform', 'function', 'alias', 'account', 'region', 'record-table', 'api-url'],
    'Where the figures are': ['source', 'request-metric', 'metrics-port', 'metrics-path', 'metrics-max-age', 'upkeep-paths'],
    'How the traffic is split, for putting the release back': [
      'router',
      'route',
      'settle',
      'prove',
      'prove-timeout',
      'start-timeout',
    ],
  },
);
