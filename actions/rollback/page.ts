import { definePage } from '../../src/hosts/github-actions/page.js';
import { rollback } from './action.js';

export const page = definePage(
  rollback,
  `- uses: org/d9-actions/rollback@v1
  if: failure() || cancelled()
  with:
    app: restaurant
    kubeconfig: \${{ secrets.KUBECONFIG }}
`,
  {
    'What nearly every step says': ['app', 'kubeconfig', 'scope', 'to-revision'],
    'To a version of your own choice': ['to-image', 'allow-ungated'],
    'What the app is called, and where it is': ['deployment', 'service', 'container', 'namespace', 'context'],
    'Where the app is, on AWS Lambda': ['platform', 'function', 'alias', 'account', 'region', 'record-table', 'api-url'],
    'How the traffic is split': ['router', 'route', 'settle', 'prove', 'prove-timeout', 'start-timeout'],
    'Where the figures are, for the proof': ['request-metric', 'metrics-port', 'metrics-path', 'metrics-max-age'],
  },
);
