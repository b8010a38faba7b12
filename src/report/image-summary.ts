import type { BuildAccount, BuildStep, Finding } from '../image/build-account.js';
import { firstMiss, type Rebuilt } from '../image/cache-miss.js';
import { grownLayers, layerName, type PlatformImage } from '../image/image-size.js';
import { formatSize } from '../image/size.js';
import type { SizeReport } from '../image/size-check.js';
import { formatDuration } from '../kernel/duration.js';
import { escapeMarkdown, table } from './markdown.js';

/** What is told of one image. */
export interface ImageReport {
  /** What it is called in the heading: the repository, or the target. */
  readonly name: string;
  /** `registry/repository@sha256:…`; undefined when it was not pushed. */
  readonly image: string | undefined;
  readonly tags: readonly string[];
  readonly engine: string;
  /** In words; undefined when there is none. */
  readonly provenance: string | undefined;
  readonly account: BuildAccount;
  /** What steps may have been built anew for. */
  readonly rebuilt: Rebuilt;
  readonly size: SizeReport | undefined;
  readonly findings: readonly Finding[];
  /** Why there is no image. */
  readonly failure: string | undefined;
}

/** Longer instructions say no more in a table. */
const LONGEST_INSTRUCTION = 100;
const BAR_CELLS = 24;

/** The job summary of one image: what it is, what it weighs, what was built and what was found. */
export function imageSummary(report: ImageReport): string {
  const { name, failure, account, size, findings } = report;
  const heading = `### ${escapeMarkdown(name)}: ${failure === undefined ? (report.image === undefined ? 'built' : 'published') : 'failed'}`;
  return `${[
    heading,
    ...(failure === undefined ? [] : [code(failure)]),
    factsTable(report),
    ...(size === undefined ? [] : size.now.map((image) => layerChart(image, size, size.now.length > 1))),
    ...stepsTable(account),
    ...findingsTable(findings),
  ].join('\n\n')}\n`;
}

function factsTable({ image, tags, engine, provenance, account, size, rebuilt }: ImageReport): string {
  const cached = account.steps.filter((step) => step.cached).length;
  const rows: Array<readonly [string, string]> = [
    ...(image === undefined ? [] : [['Image', image] as const]),
    ...(tags.length === 0 ? [] : [['Tags', tags.join('\n')] as const]),
    ...(size?.now ?? []).map((one) => [`Size${one.platform === '' ? '' : `, ${one.platform}`}`, sizeText(one, size)] as const),
    ['Steps from the cache', account.steps.length === 0 ? 'unknown' : `${cached} of ${account.steps.length}`],
    ...missRows(account, rebuilt),
    ['Duration', formatDuration(account.durationMs)],
    ['Engine', engine],
    ['Provenance', provenance ?? 'none'],
  ];
  return table(['', ''], rows);
}

function missRows({ steps }: BuildAccount, rebuilt: Rebuilt): Array<readonly [string, string]> {
  const miss = firstMiss(steps, rebuilt);
  if (miss === undefined) return [];
  const { step, why, lostMs, following } = miss;
  const others =
    following === 0 ? '' : ` and in ${following === 1 ? 'the step that builds' : `the ${following} steps that build`} on it`;
  return [
    ['First step not in the cache', `${cut(step)}\n${why}`],
    ['Built again for it', `${formatDuration(lostMs)}, in it${others}`],
  ];
}

function sizeText(now: PlatformImage, size: SizeReport | undefined): string {
  const before = size?.before?.find(({ platform }) => platform === now.platform);
  if (before === undefined) return formatSize(now.bytes);
  const change = now.bytes - before.bytes;
  const share = before.bytes === 0 ? '' : `, ${change < 0 ? '−' : '+'}${Math.abs((100 * change) / before.bytes).toFixed(1)} %`;
  const sign = change < 0 ? '−' : '+';
  return `${formatSize(now.bytes)} (${change === 0 ? 'unchanged' : `${sign}${formatSize(Math.abs(change))}${share}`} against ${size?.comparedTo})`;
}

/** Layers as bars: GitHub shows neither styles nor scripts in a summary. */
function layerChart(image: PlatformImage, { before }: SizeReport, named: boolean): string {
  const former = before?.find(({ platform }) => platform === image.platform);
  const grown = new Map((former === undefined ? [] : grownLayers(image, former)).map((layer) => [layer.digest, layer]));
  const largest = Math.max(1, ...image.layers.map(({ bytes }) => bytes));
  const rows = image.layers.map((layer) => {
    const { bytes } = layer;
    const change = grown.get(layer.digest);
    return [
      cut(layerName(layer)),
      formatSize(bytes),
      change === undefined ? '' : change.before === undefined ? 'new' : `+${formatSize(bytes - change.before)}`,
      '█'.repeat(Math.max(1, Math.round((BAR_CELLS * bytes) / largest))),
    ];
  });
  const title = `<details><summary>Layers${named ? ` of ${escapeMarkdown(image.platform)}` : ''}</summary>`;
  return `${title}\n\n${table(['Layer', 'Size', 'Change', ''], rows)}\n\n</details>`;
}

function stepsTable({ steps }: BuildAccount): string[] {
  if (steps.length === 0) return [];
  const rows = steps.map((step) => [
    cut(step.name),
    outcome(step),
    step.durationMs === undefined ? '' : formatDuration(step.durationMs),
  ]);
  return [`<details><summary>Steps</summary>\n\n${table(['Step', '', 'Time'], rows)}\n\n</details>`];
}

const outcome = ({ cached, error, durationMs }: BuildStep): string =>
  error !== undefined ? 'failed' : cached ? 'cached' : durationMs === undefined ? 'not finished' : 'built';

function findingsTable(findings: readonly Finding[]): string[] {
  if (findings.length === 0) return [];
  const rows = findings.map(({ rule, text, file, line }) => [rule, text, line === undefined ? file : `${file}:${line}`]);
  return [`Review of the Dockerfile:\n\n${table(['Rule', 'Finding', 'Where'], rows)}`];
}

const cut = (text: string): string => (text.length <= LONGEST_INSTRUCTION ? text : `${text.slice(0, LONGEST_INSTRUCTION - 1)}…`);

/** Indented, because what is inside a fence could end it. */
const code = (text: string): string =>
  text
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
