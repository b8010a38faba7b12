import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createGitRepository, type GitRepository } from '../../../testbed/act/git-repository.js';
import { runWorkflow } from '../../../testbed/act/run-workflow.js';

/** What the bed's runner of workflow files does as GitHub's; the examples rely on it. */
let sources: string;
let repository: GitRepository | undefined;

beforeEach(() => {
  sources = mkdtempSync(path.join(tmpdir(), 'd9-sources-'));
});

afterEach(() => {
  repository?.remove();
  rmSync(sources, { recursive: true, force: true });
});

async function withFiles(files: Record<string, string>): Promise<string> {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(sources, name)), { recursive: true });
    writeFileSync(path.join(sources, name), content);
  }
  repository = await createGitRepository(sources);
  return repository.directory;
}

test('inputs, variables and secrets reach the steps, outputs the next job, and the summary the reader', async () => {
  const directory = await withFiles({
    'menu.txt': 'soup\n',
    'order.yml': `
on:
  workflow_dispatch:
    inputs:
      dish: { type: string, default: bread }
      table: { type: number, default: 7 }
jobs:
  order:
    runs-on: ubuntu-latest
    outputs: { order: '\${{ steps.take.outputs.order }}' }
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
      - id: take
        env:
          ORDER: '\${{ inputs.dish }} for table \${{ inputs.table }} at \${{ vars.PLACE }}'
          SECRET: '\${{ secrets.RECIPE }}'
        run: |
          echo "order=$ORDER" >> "$GITHUB_OUTPUT"
          echo "### $ORDER" >> "$GITHUB_STEP_SUMMARY"
          echo "the recipe is $SECRET, the menu is $(cat menu.txt), the commit is $GITHUB_SHA"
          echo "::warning::no%0Abutter"
  serve:
    needs: order
    runs-on: ubuntu-latest
    steps:
      - run: echo "serving $ORDER on run $GITHUB_RUN_ID of $GITHUB_REPOSITORY"
        env: { ORDER: '\${{ needs.order.outputs.order }}' }
  apologise:
    needs: [order, serve]
    if: failure() || cancelled()
    runs-on: ubuntu-latest
    steps:
      - run: echo sorry
`,
  });
  const commit = await repository?.commit('nothing');
  const end = await runWorkflow({
    repository: directory,
    workflow: 'order.yml',
    event: 'workflow_dispatch',
    inputs: { dish: 'soup' },
    secrets: { RECIPE: 'water and salt' },
    vars: { PLACE: 'the window' },
  });
  expect(end.exitCode).toBe(0);
  expect(end.jobs).toMatchObject({
    order: { result: 'success' },
    serve: { result: 'success' },
    apologise: { result: 'skipped', steps: [] },
  });
  const take = end.jobs.order?.steps.find(({ id }) => id === 'take');
  expect(take).toMatchObject({ outputs: { order: 'soup for table 7 at the window' }, warnings: ['no\nbutter'] });
  expect(end.summary).toBe('### soup for table 7 at the window\n');
  expect(end.log).toContain(`the recipe is ***, the menu is soup, the commit is ${commit}`);
  expect(end.log).toContain(`serving soup for table 7 at the window on run ${end.runId} of shop/restaurant`);
});

test('a failed step ends its job, skips the jobs that need it, and starts the one that is for failures', async () => {
  const directory = await withFiles({
    'fail.yml': `
on: push
jobs:
  cook:
    runs-on: ubuntu-latest
    steps:
      - run: echo burnt >&2; exit 3
      - run: echo unreached
      - if: failure()
        run: echo open the window
  serve:
    needs: cook
    runs-on: ubuntu-latest
    steps: [{ run: echo served }]
  apologise:
    needs: [cook, serve]
    if: failure() || cancelled()
    runs-on: ubuntu-latest
    steps: [{ run: echo sorry }]
`,
  });
  const end = await runWorkflow({ repository: directory, workflow: 'fail.yml' });
  expect(end.exitCode).toBe(1);
  expect(end.jobs).toMatchObject({
    cook: { result: 'failure', steps: [{ result: 'failure' }, { result: 'success', name: 'echo open the window' }] },
    serve: { result: 'skipped' },
    apologise: { result: 'success' },
  });
  expect(end.log).toContain('[cook] burnt');
});

const action = (main: string, post: string) => ({
  'wait/action.yml':
    "runs: { using: node24, main: main.mjs, post: post.mjs, post-if: 'failure() || cancelled()' }\nname: wait\ndescription: waits\n",
  'wait/main.mjs': main,
  'wait/post.mjs': post,
});

const waiting = `
on: push
jobs:
  cook:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
      - uses: ./wait
      - run: echo unreached
      - if: cancelled()
        run: echo the stove is off
  apologise:
    needs: cook
    if: failure() || cancelled()
    runs-on: ubuntu-latest
    steps:
      - if: always()
        run: echo sorry
`;

test('a cancelled run lets its step end, runs its post, and then the job that is for failures', async () => {
  const directory = await withFiles({
    'wait.yml': waiting,
    ...action(
      `process.on('SIGINT', () => { console.log('told to stop'); setTimeout(() => { console.log('stopped'); process.exit(1); }, 500); });
       console.log('waiting on node', process.versions.node);
       setInterval(() => undefined, 1000);`,
      "console.log('cleaned up')",
    ),
  });
  const controller = new AbortController();
  const end = await runWorkflow({
    repository: directory,
    workflow: 'wait.yml',
    signal: controller.signal,
    onLine: ({ text }) => text.startsWith('waiting on node') && controller.abort(),
  });
  expect(end.log).toMatch(
    /waiting on node 24\.[\s\S]*told to stop[\s\S]*stopped[\s\S]*the stove is off[\s\S]*cleaned up[\s\S]*sorry/,
  );
  expect(end.log).not.toContain('unreached');
  expect(end.jobs).toMatchObject({ cook: { result: 'failure' } });
});

test('a step that does not heed SIGINT gets SIGTERM and is then killed, and its post runs all the same', async () => {
  const directory = await withFiles({
    'wait.yml': waiting,
    ...action(
      "for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => console.log(name)); console.log('waiting'); setInterval(() => undefined, 1000);",
      "console.log('cleaned up')",
    ),
  });
  const controller = new AbortController();
  let cancelledAt = 0;
  const afterMs: Record<string, number> = {};
  const end = await runWorkflow({
    repository: directory,
    workflow: 'wait.yml',
    signal: controller.signal,
    onLine: ({ text }) => {
      if (text === 'waiting') {
        cancelledAt = performance.now();
        controller.abort();
      }
      afterMs[text] = performance.now() - cancelledAt;
    },
  });
  expect(end.log).toMatch(/SIGINT[\s\S]*SIGTERM[\s\S]*the stove is off[\s\S]*cleaned up/);
  expect(afterMs.SIGINT).toBeLessThan(1_000);
  expect(afterMs.SIGTERM).toBeGreaterThan(7_000);
  expect(afterMs['cleaned up']).toBeGreaterThan(9_900);
});
