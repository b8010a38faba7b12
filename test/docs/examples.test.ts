import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { load, loadAll } from 'js-yaml';
import { unsafeParts } from '../../scripts/checks/workflows.js';
import { releaseNeeds } from '../../src/release/needs.js';
import { readSlo } from '../../src/slo/read-slo.js';
import { problemsOfSuiteSteps, suiteSteps } from './suite-steps.js';

const example = 'examples/canary-release';
const read = (file: string): string => readFileSync(join(example, file), 'utf8');

describe('every workflow of the examples', () => {
  const workflows = globSync('examples/*/.github/workflows/*.yml');

  test('exists', () => expect(workflows.length).toBeGreaterThanOrEqual(2));

  test.each(workflows)('%s uses actions that exist, with inputs that they have and all that they need', (file) => {
    const yaml = readFileSync(file, 'utf8');
    expect(suiteSteps(yaml)).not.toEqual([]);
    expect(problemsOfSuiteSteps(yaml)).toEqual([]);
  });

  test.each(workflows)('%s names its permissions, pins what it uses, and keeps expressions out of the shell', (file) => {
    expect(unsafeParts(readFileSync(file, 'utf8'))).toEqual([]);
  });
});

describe('the canary release', () => {
  interface Workflow {
    readonly jobs: Readonly<Record<string, { readonly needs?: readonly string[]; readonly if?: string }>>;
    readonly concurrency: { readonly group: string };
  }
  const release = load(read('.github/workflows/release.yml')) as Workflow;
  const rollback = load(read('.github/workflows/rollback.yml')) as Workflow;

  test('ends in a job that undoes whatever any other job left behind', () => {
    const { rollback: last, ...others } = release.jobs;
    expect(last).toMatchObject({ needs: Object.keys(others), if: 'failure() || cancelled()' });
  });

  test('never runs beside its rollback', () => {
    expect(rollback.concurrency).toEqual({ group: release.concurrency.group, 'cancel-in-progress': true });
  });

  test('may do in the cluster what the suite asks for, and nothing else', () => {
    interface Rule {
      readonly apiGroups: readonly string[];
      readonly resources: readonly string[];
      readonly verbs: readonly string[];
    }
    const objects = loadAll(read('kubernetes/rbac.yml')) as ReadonlyArray<{
      readonly kind: string;
      readonly rules?: readonly Rule[];
    }>;
    const rules = objects.find(({ kind }) => kind === 'Role')?.rules ?? [];
    const granted = rules.flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource} of "${group}"`))),
    );
    const asked = releaseNeeds('http-route').flatMap(({ group, resource, verbs }) =>
      verbs.map((verb) => `${verb} ${resource} of "${group}"`),
    );
    expect(granted.sort()).toEqual(asked.sort());
  });

  test('has objectives that the gate can read', () => {
    expect(readSlo(read('slo.yml'), 'slo.yml').objectives.map(({ name }) => name)).toEqual(['errors', 'latency-p95']);
  });

  test('has manifests that parse, for everything that a release needs', () => {
    const kinds = globSync(`${example}/kubernetes/*.yml`).flatMap((file) =>
      loadAll(readFileSync(file, 'utf8')).map((object) => (object as { kind: string }).kind),
    );
    expect(kinds.sort()).toEqual(['Deployment', 'HTTPRoute', 'Role', 'RoleBinding', 'Service', 'ServiceAccount']);
  });
});
