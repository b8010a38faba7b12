import { definePage } from '../../src/hosts/github-actions/page.js';
import { buildImage } from './action.js';

export const page = definePage(
  buildImage,
  `- uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
- uses: org/d9-actions/build-image@v1
  id: build
  with:
    images: ghcr.io/org/restaurant
    username: \${{ github.actor }}
    password: \${{ github.token }}
`,
  {
    'What nearly every step says': ['images', 'username', 'password', 'file'],
    'What is built': [
      'context',
      'context-outside-workspace',
      'target',
      'targets',
      'set',
      'platforms',
      'build-args',
      'build-contexts',
      'pull',
      'no-cache',
      'no-cache-filters',
    ],
    'What it is called': ['tags', 'labels', 'annotations'],
    'Where it goes': ['registry', 'push', 'load', 'outputs', 'retry-for'],
    'How it is stored': ['compression', 'compression-level', 'force-compression', 'oci-mediatypes'],
    Secrets: ['secrets', 'secret-envs', 'secret-files', 'ssh', 'github-token'],
    Cache: ['cache-from', 'cache-to'],
    'What is looked at': [
      'review',
      'review-ignore',
      'hadolint',
      'hadolint-mirror',
      'call',
      'max-size',
      'max-growth',
      'compare-to',
    ],
    'Proofs of origin': ['provenance', 'sbom', 'attests', 'reproducible'],
    'The engine, and what it may do': [
      'engine',
      'builder',
      'allow',
      'network',
      'add-hosts',
      'shm-size',
      'ulimit',
      'cgroup-parent',
    ],
  },
);
