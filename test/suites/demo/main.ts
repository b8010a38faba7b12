import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { readArguments } from '../../../scripts/command-line.js';
import { UserError } from '../../../src/kernel/errors.js';
import { nearest } from '../../../src/kernel/nearest.js';
import { type Played, playJob } from '../bundles/play-job.js';
import { readWorkflow } from '../bundles/workflow.js';
import { type ByVersion, byVersion, Watcher } from './client-view.js';
import { draw } from './drawing.js';
import { drawnRelease } from './drawn-release.js';
import { Narration } from './narration.js';
import { conclude } from './outcome.js';
import { REPOSITORY, type Scenario, type ScenarioName, scenarios } from './scenarios.js';
import { type Stage, setStage } from './stage.js';

const usage = `Usage: npm run demo -- [--scenario NAME] [--json] [--explain] [--draw FILE]
  --scenario NAME   ${Object.keys(scenarios).join(', ')} (default: good)
  --json            the outcome as JSON on stdout; everything else goes to stderr
  --explain         shows the requests that each step makes, and what they are for
  --draw FILE       where the release is drawn as SVG (default: build/demo/NAME.svg)`;

/** So long the client counts what a step has brought about, before the next one starts. */
const COUNT_MS = 3_000;

interface Arguments {
  readonly name: ScenarioName;
  readonly json: boolean;
  readonly explain: boolean;
  readonly draw: string;
}

/**
 * @returns undefined when only help was asked for
 * @throws UserError saying what is wrong with them
 */
function readDemo(args: string[]): Arguments | undefined {
  const flag = { type: 'boolean', default: false } as const;
  const text = { type: 'string' } as const;
  const options = { scenario: { ...text, default: 'good' }, json: flag, explain: flag, draw: text } as const;
  const given = readArguments({ args, options }, usage);
  if (given === undefined) return undefined;
  const { scenario, draw = `build/demo/${scenario}.svg` } = given.values;
  if (!Object.hasOwn(scenarios, scenario)) throw new UserError('command-line-invalid', `${noScenario(scenario)}\n\n${usage}`);
  return { ...given.values, draw, name: scenario as ScenarioName };
}

function noScenario(given: string): string {
  const names = Object.keys(scenarios);
  const meant = nearest(given, names);
  const hint = meant === undefined ? `there are ${names.join(', ')}.` : `did you mean ${meant}?`;
  return `There is no scenario ${JSON.stringify(given)}; ${hint}`;
}

/** @returns the exit code */
async function main(args: string[]): Promise<number> {
  let asked: Arguments | undefined;
  try {
    asked = readDemo(args);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`${error.coded}\n`);
    return 2;
  }
  if (asked === undefined) return 0;
  const stream = asked.json ? process.stderr : process.stdout;
  const stopped = new AbortController();
  // Each time: whoever asks twice must not keep the first time from cleaning up.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopped.abort(new Error(signal)));
  for (const output of [process.stdout, process.stderr]) output.on('error', (error) => stopped.abort(error));

  const scenario: Scenario = scenarios[asked.name];
  const narration = new Narration((line) => stream.write(`${line}\n`), scenario.tag, asked.explain);
  const startedMs = performance.now();
  const watcher = new Watcher(scenario.tag);
  const stage = await setStage((sent) => watcher.see(sent));
  try {
    narration.say(`${asked.name}: ${scenario.story}`);
    narration.say(`${stage.url} leads to three pods of ${REPOSITORY}:v1 and gets 200 requests a second.`);
    const { played, splits } = await play(stage, scenario, narration, stopped.signal);
    if (stopped.signal.aborted) {
      narration.say('\nStopped. Nothing is left behind.');
      return 130;
    }
    const report = await stage.load.stop();
    const final = await stage.read();
    const facts = { name: asked.name, scenario, played, splits, report, detection: watcher.detection, final };
    const { outcome, complaints } = conclude(facts);
    narration.summaries(played);
    const { release } = final;
    const title = `${asked.name}: ${REPOSITORY}:${scenario.tag}`;
    keep(asked.draw, draw(drawnRelease({ title, version: scenario.tag, played, report, release, workspace: stage.workspace })));
    narration.say(`The release, drawn: ${asked.draw}\n`);
    narration.conclude(outcome, complaints, (performance.now() - startedMs) / 1000);
    if (asked.json) process.stdout.write(`${JSON.stringify(outcome)}\n`);
    return outcome.ok ? 0 : 1;
  } finally {
    await stage.close();
  }
}

/** Plays the workflow; the client counts what each step has brought about until the next one starts. */
async function play(stage: Stage, { tag, cancelAfter }: Scenario, narration: Narration, stopped: AbortSignal) {
  const cancelled = new AbortController();
  const splits: ByVersion[] = [];
  let unfollow = () => {};
  let counting: Date | undefined;
  const endCount = () => {
    if (counting) splits.push(byVersion(stage.load.between(counting.getTime(), Date.now())));
    counting = undefined;
  };
  const { played } = await playJob(readWorkflow('test/suites/demo/release.yml', { image: `${REPOSITORY}:${tag}` }), {
    env: { KUBECONFIG: stage.kubeconfig },
    cwd: stage.workspace,
    cancelled: cancelled.signal,
    stopped,
    onStart: (step, part) => {
      endCount();
      narration.start(step, part);
      unfollow = narration.follow(stage.load);
    },
    onSkip: (step) => narration.skip(step),
    onLine: (line) => {
      narration.line(line);
      if (cancelAfter?.test(line)) cancelled.abort();
    },
    onEnd: async (one: Played) => {
      unfollow();
      if (one.part === 'main') counting = one.endedAt;
      if (counting) await wait(COUNT_MS, stopped);
      narration.end(one, counting && byVersion(stage.load.between(counting.getTime(), Date.now())));
    },
  });
  endCount();
  return { played, splits };
}

function keep(file: string, content: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

/** Returns early when the demo is stopped. */
function wait(ms: number, stopped: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    stopped.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

process.exitCode = await main(process.argv.slice(2));
