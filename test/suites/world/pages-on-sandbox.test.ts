import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { load } from 'js-yaml';
import type { ClusterFixture } from '../../../testbed/fixture.js';
import { sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import { playJob } from '../bundles/play-job.js';
import type { WorkflowStep } from '../bundles/workflow.js';
import { image, type ReleaseBed, releaseBed } from '../cluster/release-bed.js';
import { markedBlock } from '../docs/marked-block.js';
import { readPage } from '../docs/page.js';

/** The jobs that the pages show, played as a runner does: only names, image and kubeconfig are put in, and how fast this router is. */
jest.setTimeout(240_000);
let fixture: ClusterFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(() => fixture.close());

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly if?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
type Jobs = Readonly<Record<string, { readonly steps: readonly Step[] }>>;

/** A job of the page: the first that has this name and a step whose text has this word. */
function jobOf(file: string, name: string, word: string): readonly Step[] {
  for (const { text } of readPage(file).blocks.filter(({ language }) => language === 'yaml')) {
    const content = load(text) as { jobs?: Jobs } & Jobs;
    const job = (content.jobs ?? content)[name];
    if (job !== undefined && text.includes(word)) return job.steps;
  }
  throw new Error(`${file} has no job ${name} with ${word} any more.`);
}

/** What a runner and a user put into the step. What others' steps do is done: the cluster is at hand, and the image is in the registry. */
function filledIn(step: Step, bed: ReleaseBed, version: string): WorkflowStep[] {
  const [, action] = /^org\/d9-actions\/([a-z-]+)@v1$/.exec(step.uses ?? '') ?? [];
  if (action === undefined || action === 'build-image') return [];
  const given = Object.entries(step.with ?? {}).map(([input, value]) => [
    input,
    String(value).replaceAll(/\$\{\{.*?\}\}/g, 'menu'),
  ]);
  const own = {
    app: 'restaurant',
    namespace: bed.namespace,
    kubeconfig: readFileSync(fixture.bed.kubeconfig, 'utf8'),
    settle: '500ms',
    ...(step.with?.image !== undefined && { image: image(version) }),
  };
  return [
    { name: step.name ?? action, action, inputs: { ...Object.fromEntries(given), ...own }, condition: step.if ?? 'success()' },
  ];
}

async function play(job: readonly Step[], version: string) {
  const bed = await releaseBed(fixture, { route: true });
  const steps = job.flatMap((step) => filledIn(step, bed, version));
  const workspace = mkdtempSync(join(fixture.bed.directory, 'page-'));
  const slo = markedBlock(readFileSync('README.md', 'utf8'), 'slo');
  for (const file of ['slo.yml', ...steps.flatMap(({ inputs }) => inputs.slo ?? [])]) {
    mkdirSync(dirname(join(workspace, file)), { recursive: true });
    writeFileSync(join(workspace, file), slo);
  }
  const traffic = await fixture.startLoad(bed.namespace, { route: 'restaurant', rps: 50 });
  const nothing = () => undefined;
  const [cancelled, stopped] = [new AbortController().signal, new AbortController().signal];
  const { status, played } = await playJob(steps, {
    env: {},
    cwd: workspace,
    cancelled,
    stopped,
    onStart: nothing,
    onSkip: nothing,
    onLine: nothing,
    onEnd: async () => undefined,
  });
  const { total } = await traffic.stop();
  const errors = played.flatMap(({ end }) => end.errors);
  return { status, errors, played, lost: total.lost, bed };
}

const SHOWN = [
  ['docs/connect.md', 'release', 'update-kubeconfig'],
  ['docs/connect.md', 'release', 'secrets.KUBECONFIG'],
  ['docs/several-apps.md', 'release', 'apps/menu/slo.yml'],
  ['docs/several-apps.md', 'release', 'matrix.app'],
  ['docs/staging-to-production.md', 'staging', 'needs.build'],
  ['docs/staging-to-production.md', 'production', 'needs.build'],
] as const;

test('each job promotes a good version and loses no request', async () => {
  // Side by side, each in a namespace of its own: what they do is wait.
  const ends = await Promise.all(
    SHOWN.map(async ([file, name, word]) => {
      const { status, errors, lost, bed } = await play(jobOf(file, name, word), 'v2');
      return [file, name, word, status, errors, lost, await bed.stableImage(), await bed.leftovers()];
    }),
  );
  expect(ends).toEqual(SHOWN.map((job) => [...job, 'success', [], 0, image('v2'), []]));
});

test('a job puts a bad version back, and its rollback finds nothing left to do', async () => {
  const shown = [SHOWN[0], SHOWN[3]];
  const ends = await Promise.all(
    shown.map(async ([file, name, word]) => {
      const { status, played, bed } = await play(jobOf(file, name, word), 'v2-errors-50');
      const rollback = played.find(({ step, part }) => step.action === 'rollback' && part === 'main')?.end;
      const end = [
        rollback?.exitCode,
        rollback?.outputs.phase,
        await bed.stableImage(),
        await bed.leftovers(),
        await bed.canaryWeight(),
      ];
      return [file, name, word, status, ...end];
    }),
  );
  expect(ends).toEqual(shown.map((job) => [...job, 'failure', 0, 'none', image('v1'), [], 0]));
});
