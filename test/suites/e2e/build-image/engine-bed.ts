import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildImage as definition } from '../../../../actions/build-image/action.js';
import { buildImage } from '../../../../actions/build-image/main.js';
import { openToolCache } from '../../../../src/hosts/github-actions/open-tool-cache.js';
import { inputVariable, readInputs } from '../../../../src/hosts/github-actions/read-inputs.js';
import { run } from '../../../../src/image/process.js';
import { systemClock } from '../../../../src/kernel/clock.js';
import type { Outputs } from '../../../../src/kernel/define.js';
import type { Environment } from '../../../../src/kernel/environment.js';
import { UserError } from '../../../../src/kernel/errors.js';
import { query } from '../../../../src/kernel/query.js';
import { BUSYBOX_IMAGE } from '../../../../testbed/engine/base-image.js';
import { type EngineAddress, startEngine } from '../../../../testbed/engine/start.js';
import { stopEngine } from '../../../../testbed/engine/stop.js';
import { type RecordedLog, recordedLog } from '../../../src/image/fake-buildx.js';
import { type StepEnd as BundleEnd, runBundle, type StepStart } from '../../bundles/run-bundle.js';

/** Has a shell. */
export const BASE_IMAGE = BUSYBOX_IMAGE;

/** How a step is run besides its inputs. */
export interface StepOptions {
  readonly signal?: AbortSignal;
  readonly log?: RecordedLog;
  readonly variables?: Readonly<Record<string, string>>;
}

/** What a step gave. */
export interface StepEnd {
  readonly outputs: Outputs<typeof definition>;
  readonly summary: string;
  /** Undefined when all went well. */
  readonly failure: string | undefined;
  readonly log: RecordedLog;
}

/** An engine, a registry and a workspace of its own. */
export interface EngineBed {
  readonly engine: EngineAddress;
  readonly root: string;
  readonly workspace: string;
  /** Of the last step; whatever the step leaves behind is found here. */
  readonly temporary: string;
  /** Writes a file of the workspace. */
  write(path: string, content: string): void;
  /** Runs the action in this process, by its inputs as the runner passes them. */
  step(inputs: Record<string, string>, options?: StepOptions): Promise<StepEnd>;
  /** Runs the committed bundle as a process, in this workspace, as the runner would. */
  bundle(inputs: Record<string, string>, start?: Omit<StepStart, 'inputs' | 'cwd'>): Promise<BundleEnd>;
  /** `127.0.0.1:5000/shop/restaurant:NAME`. */
  tag(name: string, registry?: string): string;
  /** The digest behind a tag or digest; null when there is none. */
  served(reference: string, repository?: string): Promise<string | null>;
  manifest(reference: string, repository?: string): Promise<Manifest>;
  config(reference: string, repository?: string): Promise<ImageConfig>;
  close(): Promise<void>;
}

export interface Manifest {
  readonly mediaType: string;
  readonly config: { readonly digest: string; readonly size: number };
  readonly layers: ReadonlyArray<{ readonly digest: string; readonly size: number }>;
  readonly manifests?: ReadonlyArray<{ readonly digest: string; readonly platform: Record<string, string> }>;
}

export interface ImageConfig {
  readonly created?: string;
  readonly config: {
    readonly Labels?: Record<string, string>;
    readonly Env?: readonly string[];
    readonly Cmd?: readonly string[];
    readonly User?: string;
    readonly WorkingDir?: string;
    readonly ExposedPorts?: Record<string, object>;
  };
  readonly history: ReadonlyArray<{ readonly created?: string; readonly created_by?: string }>;
}

export const REPOSITORY = 'shop/restaurant';
const ACCEPT = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/** The engine of the bed that the tests run in, else one that is started for this file. */
export async function connectEngine(): Promise<EngineBed> {
  const root = mkdtempSync(join(tmpdir(), 'd9-build-image-test-'));
  const workspace = join(root, 'workspace');
  mkdirSync(workspace);
  const given = process.env.D9_ENGINE;
  const engine = given === undefined ? await startEngine(root) : (JSON.parse(given) as EngineAddress);
  let temporary = '';

  const ask = (path: string, repository: string) =>
    fetch(`http://${engine.registry}/v2/${repository}/${path}`, { headers: { accept: ACCEPT } });
  const manifest = async (reference: string, repository = REPOSITORY) =>
    (await (await ask(`manifests/${reference}`, repository)).json()) as Manifest;
  return {
    engine,
    root,
    workspace,
    get temporary() {
      return temporary;
    },
    write(path, content) {
      mkdirSync(dirname(join(workspace, path)), { recursive: true });
      writeFileSync(join(workspace, path), content);
    },
    async step(inputs, options = {}) {
      temporary = mkdtempSync(join(root, 'runner-'));
      return runStep(inputs, { workspace, temporary, engine, ...options });
    },
    bundle: (inputs, start = {}) =>
      runBundle('build-image', { ...start, inputs, cwd: workspace, env: { ...engineVariables(engine), ...start.env } }),
    tag: (name, registry = engine.registry) => `${registry}/${REPOSITORY}:${name}`,
    served: async (reference, repository = REPOSITORY) =>
      (await ask(`manifests/${reference}`, repository)).headers.get('docker-content-digest'),
    manifest,
    async config(reference, repository = REPOSITORY) {
      const { config } = await manifest(reference, repository);
      return (await (await ask(`blobs/${config.digest}`, repository)).json()) as ImageConfig;
    },
    async close() {
      if (given === undefined) await stopEngine(root);
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** What a runner's machine has in its environment when its Docker is this engine. */
const engineVariables = (engine: EngineAddress): Record<string, string> => ({
  PATH: `${engine.path}:${process.env.PATH}`,
  DOCKER_HOST: engine.dockerHost,
  DOCKER_CONFIG: engine.dockerConfig,
});

async function runStep(
  inputs: Record<string, string>,
  place: StepOptions & { readonly workspace: string; readonly temporary: string; readonly engine: EngineAddress },
): Promise<StepEnd> {
  const { workspace, temporary, engine, signal = new AbortController().signal, log = recordedLog() } = place;
  const variables = {
    ...process.env,
    ...engineVariables(engine),
    ...place.variables,
  };
  const environment: Environment = { variables, workspace, temporary, debug: false };
  const asked = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [inputVariable(name), value]));
  const effects = {
    log,
    signal,
    clock: systemClock,
    run,
    query,
    random: Math.random,
    tools: openToolCache,
    state: { save: () => {}, read: () => '' },
  };
  try {
    const given = await readInputs(definition, { ...environment, variables: { ...place.variables, ...asked } });
    const result = await buildImage(given, { ...effects, environment });
    return { outputs: result.outputs, summary: result.summary ?? '', failure: result.failure?.text, log };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { outputs: {} as Outputs<typeof definition>, summary: '', failure: error.message, log };
  }
}

/** Processes whose command line has the text. */
export const processesWith = (text: string): string[] =>
  execFileSync('ps', ['-eo', 'args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(text));
