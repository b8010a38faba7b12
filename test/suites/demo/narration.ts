import type { Load } from '../../../testbed/load/load.js';
import type { Played } from '../bundles/play-job.js';
import type { WorkflowStep } from '../bundles/workflow.js';
import { type ByVersion, byVersion, describeSplit } from './client-view.js';
import { Explanation } from './explanation.js';
import type { Outcome } from './outcome.js';
import { sparkline } from './sparkline.js';

/** How often the client's counts are shown while a step runs. */
const CLIENT_EVERY_MS = 2_000;

/** Writes what happens, line by line, as docs/demo.md explains it. */
export class Narration {
  readonly #write: (line: string) => void;
  readonly #explanation: Explanation | undefined;
  /** Of the new version, each time that the client was asked. */
  readonly #shares: number[] = [];
  readonly #version: string;

  /**
   * @param version that is released, as the client names it
   * @param explains whether the requests to the API server are shown too
   */
  constructor(write: (line: string) => void, version: string, explains: boolean) {
    this.#explanation = explains ? new Explanation(write) : undefined;
    this.#write = (line) => {
      this.#explanation?.flush();
      write(line);
    };
    this.#version = version;
  }

  say(text: string): void {
    this.#write(text);
  }

  start({ name, action, inputs }: WorkflowStep, part: Played['part']): void {
    this.#write('');
    if (part === 'post') this.#write(`post of "${name}" (${action})`);
    else this.#write(`${name}: ${action}${inputs.weight === undefined ? '' : ` weight ${inputs.weight}`}`);
  }

  skip({ name, condition }: WorkflowStep): void {
    this.#write(`\n${name}: skipped (if: ${condition})`);
  }

  /** A line of a step's log: what it says to people, and with `--explain` its requests. */
  line(line: string): void {
    const [, command, text = ''] = /^::([a-z-]+)[^:]*::(.*)$/.exec(line) ?? [];
    if (command === undefined) this.#write(`    ${line}`);
    else if (command === 'group') this.#write(`  ${withoutEscapes(text)}`);
    else if (command === 'warning' || command === 'error') this.#write(`    ${command}: ${indented(withoutEscapes(text))}`);
    else if (command === 'debug' && /^(GET|POST|PUT|PATCH|DELETE) /.test(text)) this.#explanation?.request(withoutEscapes(text));
  }

  /** Shows from time to time what the client counts. @returns how to stop */
  follow(load: Pick<Load, 'between'>): () => void {
    let since = Date.now();
    const timer = setInterval(() => {
      const now = Date.now();
      const seen = load.between(since, now);
      since = now;
      const counts = byVersion(seen);
      this.#shares.push((counts[this.#version] ?? 0) / Math.max(1, seen.total.sent));
      this.#write(
        `    client: ${seen.total.sent} requests · ${describeSplit(counts)} · ${seen.total.lost} lost   ${this.#version} ${sparkline(this.#shares)}`,
      );
    }, CLIENT_EVERY_MS);
    return () => clearInterval(timer);
  }

  end({ step, part, conclusion, startedAt, endedAt, end: { outputs } }: Played, split: ByVersion | undefined): void {
    const seconds = ((endedAt.getTime() - startedAt.getTime()) / 1000).toFixed(1);
    const measured = outputs['weight-measured']
      ? `, ${outputs['weight-measured']} % measured where ${step.inputs.weight} % was asked for`
      : '';
    const verdict = outputs.verdict ? `, verdict ${outputs.verdict}` : '';
    this.#write(`  ${conclusion} after ${seconds} s${part === 'main' ? measured + verdict : ''}`);
    if (split) this.#write(`  the client then counted: ${describeSplit(split)}`);
  }

  /** What GitHub would show under the run. */
  summaries(played: readonly Played[]): void {
    this.#write('\nThe summary of the run, as GitHub would show it\n');
    for (const { end } of played) if (end.summary.trim() !== '') this.#write(indented(`  ${end.summary.trim()}\n`, '  '));
  }

  conclude(
    { scenario, ok, client, detection, steps, finalImage, releasePhase }: Outcome,
    complaints: readonly string[],
    seconds: number,
  ): void {
    this.#write('What the client counted after each step');
    for (const { action, weightAsked, byVersion: split } of steps)
      this.#write(`  ${`${action}${weightAsked === null ? '' : ` ${weightAsked} %`}`.padEnd(18)} ${describeSplit(split)}`);
    this.#write(`  in all: ${describeCounts(client.byVersion)}; ${client.failed} answered with an error`);
    if (detection)
      this.#write(`  from the first bad answer to the last answer of the new version: ${detection.seconds.toFixed(1)} s`);
    this.#write(`\n${client.lost} of ${client.sent} requests lost`);
    this.#write(`Release: ${releasePhase}; stable runs ${finalImage}`);
    for (const complaint of complaints) this.#write(`Not as it should be: ${complaint}`);
    this.#write(`Scenario ${scenario} ${ok ? 'ended as it should' : 'did NOT end as it should'}, after ${seconds.toFixed(0)} s`);
  }
}

const describeCounts = (counts: ByVersion): string =>
  Object.entries(counts)
    .map(([version, count]) => `${version} ${count}`)
    .join(' · ');

const indented = (text: string, by = '      '): string => text.replaceAll('\n', `\n${by}`);

/** Undoes the runner's escapes of command texts. */
const withoutEscapes = (text: string): string => text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
