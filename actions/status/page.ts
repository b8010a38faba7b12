import { definePage } from '../../src/hosts/github-actions/page.js';
import { status } from './action.js';

export const page = definePage(
  status,
  `- uses: org/d9-actions/status@v1
  with:
    app: restaurant
    kubeconfig: \${{ secrets.KUBECONFIG }}
`,
  {
    'What nearly every step says': ['app', 'kubeconfig'],
    'Where the app is': ['namespace', 'context'],
    'Where the app is, on AWS Lambda': ['platform', 'function', 'alias', 'account', 'region', 'record-table', 'api-url'],
  },
);
