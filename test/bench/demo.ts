import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Outcome } from '../suites/demo/outcome.js';
import { absolute, percentile, type Row } from './row.js';

const DETECTIONS = 20;
const RUNS = 10;

interface Run {
  readonly outcome: Outcome;
  /** Wall-clock time of the whole process. */
  readonly seconds: number;
}

/** Runs each scenario of the demo often enough to believe it: 20 detections by themselves, then ten runs of each of the others, two at a time. */
export async function rows(): Promise<Row[]> {
  const bad = await repeat('bad-canary', DETECTIONS);
  const [good, others] = await Promise.all([repeat('good', RUNS), runOthers()]);
  const all = [...bad, ...good, ...others];
  const detections = bad.map(({ outcome }) => outcome.detection?.seconds ?? Number.POSITIVE_INFINITY);
  const lost = all.reduce((sum, { outcome }) => sum + outcome.client.lost, 0);
  return [
    absolute('demo/seconds', Math.max(...good.map(({ seconds }) => seconds)), 's', 120),
    absolute('demo/bad-canary-detection', percentile(detections, 95), 's (p95)', 6),
    absolute(`demo/lost of ${all.length} runs`, lost, 'requests', 0),
    absolute(`demo/ended otherwise of ${all.length} runs`, all.filter(({ outcome }) => !outcome.ok).length, 'runs', 0),
  ];
}

async function runOthers(): Promise<Run[]> {
  const runs: Run[] = [];
  for (const scenario of ['crash-loop', 'no-data', 'cancelled']) runs.push(...(await repeat(scenario, RUNS)));
  return runs;
}

async function repeat(scenario: string, times: number): Promise<Run[]> {
  const runs: Run[] = [];
  for (let time = 0; time < times; time += 1) runs.push(await run(scenario));
  return runs;
}

/** @throws Error when the demo tells no outcome */
function run(scenario: string): Promise<Run> {
  const startedMs = performance.now();
  const program = join(import.meta.dirname, '../suites/demo/main.js');
  const child = spawn(process.execPath, [program, '--scenario', scenario, '--json'], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (stdout === '') return reject(new Error(`The demo (${scenario}) ended with ${code} and no outcome:\n${stderr}`));
      const outcome = JSON.parse(stdout) as Outcome;
      if (!outcome.ok) process.stderr.write(`${stderr}\n`);
      return resolve({ outcome, seconds: Math.round((performance.now() - startedMs) / 100) / 10 });
    });
  });
}
