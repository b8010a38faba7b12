import { definePage } from '../../src/hosts/github-actions/page.js';
import { canaryStep } from './action.js';

export const page = definePage(
  canaryStep,
  `- uses: org/d9-actions/canary-step@v1
  with:
    app: restaurant
    weight: 10
    image: \${{ steps.build.outputs.image }}
    kubeconfig: \${{ secrets.KUBECONFIG }}
`,
  {
    'What nearly every step says': ['app', 'weight', 'image', 'kubeconfig'],
    'The gate': ['slo', 'hold', 'on-breach', 'evidence-file'],
    'What the app is called, and where it is': ['deployment', 'service', 'container', 'namespace', 'context'],
    'Where the app is, on AWS Lambda': [
      'platform',
      'version',
      'function',
      'alias',
      'account',
      'region',
      'record-table',
      'api-url',
    ],
    'What travels besides the image': ['manifest'],
    'How the traffic is split': [
      'router',
      'route',
      'settle',
      'prove',
      'prove-timeout',
      'header',
      'cookie',
      'canary-replicas',
      'uncovered',
      'on-uncovered',
    ],
    'How it is promoted': ['promotion', 'start-timeout', 'irreversible'],
    'Where the figures are': ['request-metric', 'metrics-port', 'metrics-path', 'metrics-max-age', 'upkeep-paths'],
    'When something goes wrong, or somebody else is at work': [
      'on-job-failure',
      'hold-for',
      'take-over',
      'managed-by',
      'github-token',
      'dry-run',
    ],
  },
);
