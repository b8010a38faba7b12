import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { load, loadAll } from 'js-yaml';
import { unsafeParts } from '../../../scripts/checks/workflows.js';
import { releaseNeeds } from '../../../src/platforms/kubernetes/survey/needs.js';
import { readSlo } from '../../../src/slo/file/read-slo.js';
import { problemsOfSuiteSteps, suiteSteps } from './suite-steps.js';

const example = 'examples/canary-release';
const readOf = (directory: string) => (file: string) => readFileSync(join(directory, file), 'utf8');
const read = readOf(example);

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

describe('the Next.js app', () => {
  const file = readOf('examples/nextjs');
  type Labels = Readonly<Record<string, string>>;
  interface Workload {
    readonly kind: string;
    readonly metadata: { readonly name: string; readonly labels: Labels };
    readonly spec: {
      readonly replicas?: number;
      readonly selector: { readonly matchLabels?: Labels };
      readonly ports?: ReadonlyArray<{ readonly port: number; readonly targetPort: string }>;
      readonly template?: {
        readonly metadata: { readonly labels: Labels; readonly annotations: Labels };
        readonly spec: { readonly containers: ReadonlyArray<Record<string, unknown>> };
      };
    };
  }
  const [deployment, service] = loadAll(file('kubernetes/app.yml')) as [Workload, Workload];

  test('runs three replicas under one label behind a Service from 80 to 3000, with its database from a Secret', () => {
    const label = { app: 'restaurant-app' };
    expect([deployment.kind, service.kind, deployment.spec.replicas]).toEqual(['Deployment', 'Service', 3]);
    expect([deployment.spec.selector.matchLabels, deployment.spec.template?.metadata.labels, service.spec.selector]).toEqual([
      label,
      label,
      label,
    ]);
    expect(service.spec.ports).toMatchObject([{ port: 80, targetPort: 'http' }]);
    expect(deployment.spec.template?.spec.containers).toMatchObject([
      {
        ports: [{ name: 'http', containerPort: 3000 }],
        env: [{ name: 'DATABASE_URL', valueFrom: { secretKeyRef: {} } }],
        readinessProbe: { httpGet: { path: '/api/ready' } },
        livenessProbe: { httpGet: { path: '/api/health' } },
      },
    ]);
    expect(deployment.spec.template?.metadata.annotations).toMatchObject({ 'prometheus.io/path': '/api/metrics' });
  });

  test('is released at 10, 30 and 100 %, with what its objectives say in between', () => {
    const steps = suiteSteps(file('.github/workflows/release.yml')).filter(({ uses }) => uses?.includes('/canary-step@'));
    expect(steps.map(({ with: given }) => [given?.weight, given?.slo, given?.hold])).toEqual([
      [10, 'slo.yml', '15m'],
      [30, 'slo.yml', '15m'],
      [100, undefined, undefined],
    ]);
    expect(readSlo(file('slo.yml'), 'slo.yml').objectives.map(({ name }) => name)).toEqual(['errors', 'latency-p95']);
  });

  test('has no database that the network can reach, no password, and waits for what is healthy', () => {
    interface Compose {
      readonly services: Readonly<
        Record<string, { readonly ports?: unknown; readonly build?: unknown; readonly healthcheck?: unknown }>
      >;
    }
    const { services } = load(file('compose.yml')) as Compose;
    const having = (key: 'ports' | 'build' | 'healthcheck') =>
      Object.keys(services).filter((name) => services[name]?.[key] !== undefined);
    expect([Object.keys(services), having('build'), having('ports'), having('healthcheck')]).toEqual([
      ['app', 'postgres', 'redis', 'nginx'],
      ['app'],
      ['nginx'],
      ['postgres', 'redis'],
    ]);
  });
});
