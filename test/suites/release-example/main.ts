import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineAddress } from '../../../testbed/engine/start.js';
import { connectBed } from '../../../testbed/fixture.js';
import { writeBuildContext } from '../../../testbed/image/app-layer.js';
import type { Load } from '../../../testbed/load/load.js';
import { runBundle, type StepEnd } from '../bundles/run-bundle.js';

/**
 * `npm run release:example`: the release of the README, played on a real control plane by the committed bundles: build → 10 % → gate → 30 % →
 * gate → 100 %, then a bad version that is put back. Ends with 0 only when both ended as they should and the client lost no request.
 */
const RPS = 200;
const SLO = `objectives:
  - name: errors
    ratio: { bad: 'http_requests_total{status=~"5.."}', total: http_requests_total }
    max: 2%
`;

interface Expectation {
  readonly exitCode: number;
  readonly outputs?: Readonly<Record<string, string>>;
}

const engine = JSON.parse(process.env.D9_ENGINE ?? 'null') as EngineAddress | null;
if (engine === null) throw new Error('Run it as `npm run release:example`: it needs the test bed with its engine.');
const fixture = connectBed();
const workspace = mkdtempSync(join(tmpdir(), 'd9-example-'));
await writeBuildContext(workspace);
writeFileSync(join(workspace, 'slo.yml'), SLO);
let load: Load | undefined;
const failures: string[] = [];
let steps = 0;

try {
  const namespace = await fixture.createNamespace();
  const step = stepIn(namespace);
  const v1 = await build(step, 'v1', '');
  await fixture.deployRestaurant(namespace, { route: true, image: v1 });
  load = await fixture.startLoad(namespace, { rps: RPS, route: 'restaurant' });

  say('A good version, v2');
  const v2 = await build(step, 'v2', '');
  await step('canary-step', { image: v2, weight: '10' }, { exitCode: 0, outputs: { phase: 'holding' } });
  await step('verify-slo', {}, { exitCode: 0, outputs: { verdict: 'pass' } });
  await step('canary-step', { weight: '30' }, { exitCode: 0, outputs: { phase: 'holding' } });
  await step('verify-slo', {}, { exitCode: 0, outputs: { verdict: 'pass' } });
  await step('canary-step', { weight: '100' }, { exitCode: 0, outputs: { phase: 'promoted' } });

  say('A bad version, v3, that answers 20 % of the requests with an error');
  const v3 = await build(step, 'v3', 'errors-20');
  await step('canary-step', { image: v3, weight: '10' }, { exitCode: 0, outputs: { phase: 'holding' } });
  await step('verify-slo', {}, { exitCode: 1, outputs: { verdict: 'fail' } });
  await step('rollback', {}, { exitCode: 0, outputs: { phase: 'none' } });

  const { total, versions } = await load.stop();
  load = undefined;
  say('What the client counted');
  for (const [version, { sent, failed }] of Object.entries(versions))
    console.log(`  ${version}: ${sent} requests, ${failed} answered with an error`);
  console.log(`  ${total.lost} of ${total.sent} requests lost`);
  if (total.lost > 0) failures.push(`${total.lost} requests were lost`);
} finally {
  await load?.stop();
  await fixture.close();
  rmSync(workspace, { recursive: true, force: true });
}

for (const failure of failures) console.error(`Not as it should be: ${failure}`);
console.log(failures.length === 0 ? 'The release went as it should.' : 'The release did not go as it should.');
console.log(`${steps - Math.min(failures.length, steps)} passed, ${failures.length} failed`);
process.exitCode = failures.length === 0 ? 0 : 1;

type Step = (action: string, inputs: Record<string, string>, expected: Expectation) => Promise<StepEnd>;

function stepIn(namespace: string): Step {
  return async (action, inputs, expected) => {
    const startedAt = Date.now();
    steps += 1;
    const isBuild = action === 'build-image';
    const shared: Record<string, string> = isBuild ? {} : { app: 'restaurant', namespace, settle: '1s' };
    const env: Record<string, string> = isBuild
      ? {
          DOCKER_HOST: engine?.dockerHost ?? '',
          DOCKER_CONFIG: engine?.dockerConfig ?? '',
          PATH: `${engine?.path}:${process.env.PATH}`,
        }
      : { KUBECONFIG: fixture.bed.kubeconfig };
    const end = await runBundle(action, { inputs: { ...shared, ...inputs }, env, cwd: workspace });
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
    const asked = inputs.weight === undefined ? '' : ` ${inputs.weight} %`;
    console.log(`  ${`${action}${asked}`.padEnd(18)} ${seconds.padStart(5)} s   ${tellingOutputs(end)}`);
    const isAsExpected =
      end.exitCode === expected.exitCode &&
      Object.entries(expected.outputs ?? {}).every(([name, value]) => end.outputs[name] === value);
    if (!isAsExpected) {
      failures.push(`${action}${asked} ended with ${end.exitCode} and ${JSON.stringify(end.outputs)}`);
      console.log(end.stdout, end.stderr);
    }
    return end;
  };
}

async function build(step: Step, version: string, faults: string): Promise<string> {
  const inputs = { tags: `${engine?.registry}/restaurant:${version}`, 'build-args': `VERSION=${version}\nFAULTS=${faults}` };
  return (await step('build-image', inputs, { exitCode: 0 })).outputs.image ?? '';
}

function tellingOutputs({ outputs, errors }: StepEnd): string {
  const { phase, verdict, reason, image } = outputs;
  const measured = outputs['weight-measured']
    ? `, measured ${outputs['weight-measured']} %, proven: ${outputs['weight-proven']}`
    : '';
  if (image !== undefined) return image;
  if (verdict) return `${verdict}: ${reason}`;
  if (phase) return `${phase}${measured}${reason ? `: ${reason}` : ''}`;
  return errors[0] ?? '';
}

function say(text: string): void {
  console.log(`\n${text}`);
}
