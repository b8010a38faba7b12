import { describe, expect, test } from '@jest/globals';
import { load } from 'js-yaml';
import { unsafeParts } from '../../../scripts/checks/workflows.js';
import { readPage } from './page.js';

interface Step {
  readonly uses?: string;
  readonly if?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Job {
  readonly 'timeout-minutes'?: number;
  readonly environment?: string;
  readonly permissions: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

const { blocks } = readPage('docs/connect.md');
const yaml = blocks.filter(({ language }) => language === 'yaml');
const releases = yaml.filter(({ text }) => text.startsWith('release:'));
const [workflow = { text: '' }] = yaml.filter(({ text }) => text.startsWith('on:'));
/** The page's workflow with one of its jobs. A tag with a word of advice beside it stands for the commit that the user will name. */
const whole = (job: string) =>
  [workflow.text, ...job.split('\n').map((line) => `  ${line}`)]
    .join('\n')
    .replaceAll(/@v\d+ # a tag: pin it to a commit$/gm, `@${'0'.repeat(40)}`);

test('each of the seven kinds of cluster has a job', () => expect(releases).toHaveLength(7));

describe.each(releases)('the job in line $line', ({ text }) => {
  const { release } = load(text) as { release: Job };
  const ours = release.steps.filter(({ uses }) => uses?.startsWith('org/d9-actions/'));

  test('releases from the first share to the promotion, and undoes what is left when that fails', () => {
    expect(ours.map(({ uses = '' }) => uses.split(/[/@]/)[2])).toEqual(['canary-step', 'verify-slo', 'canary-step', 'rollback']);
    expect(ours.map((step) => step.with?.weight)).toEqual([10, undefined, 100, undefined]);
    expect(ours.at(-1)?.if).toBe('failure() || cancelled()');
    expect(new Set(ours.map((step) => step.with?.app))).toEqual(new Set(['restaurant']));
  });

  test('logs in before the first step of the release, whose post part needs the credentials', () => {
    expect(release.steps.slice(-4)).toEqual(ours);
    expect(release.steps[0]?.uses).toMatch(/^actions\/checkout@/);
  });

  test('has an end, an environment and no more permissions than it needs', () => {
    expect(release).toMatchObject({ environment: 'production', 'timeout-minutes': expect.any(Number) });
    const secret = text.includes('secrets.') || release.steps.length === 5;
    expect(release.permissions).toEqual({ contents: 'read', ...(!secret && { 'id-token': 'write' }) });
  });

  test('pins what others wrote, and keeps expressions out of the shell', () => {
    expect(unsafeParts(whole(text))).toEqual([]);
  });
});
