import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { load } from 'js-yaml';
import type { Api, KubeObject } from '../client/api.js';
import type { Condition } from '../client/objects.js';
import { cacheDirectory } from './places.js';
import { run } from './run.js';

const module = 'sigs.k8s.io/gateway-api@v1.5.1';
const names = ['gatewayclasses', 'gateways', 'httproutes'];

/** Fetches the Gateway API's standard definitions from the Go module proxy, once. */
export async function fetchGatewayCrds(): Promise<string[]> {
  const directory = path.join(cacheDirectory(), 'crds', module.replaceAll('/', '-'));
  const files = names.map((name) => path.join(directory, `gateway.networking.k8s.io_${name}.yaml`));
  if (files.every((file) => existsSync(file))) return files;
  await mkdir(directory, { recursive: true });
  const download = JSON.parse(await run('go', ['mod', 'download', '-json', module])) as { Dir: string };
  for (const file of files) {
    const unfinished = `${file}.${process.pid}`;
    await copyFile(path.join(download.Dir, 'config', 'crd', 'standard', path.basename(file)), unfinished);
    await rename(unfinished, file);
  }
  return files;
}

/** Creates the definitions and waits until the API server serves them. */
export async function applyGatewayCrds(api: Api, files: readonly string[]): Promise<void> {
  const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  await Promise.all(files.map(async (file) => api.create(definitions, load(await readFile(file, 'utf8')) as KubeObject)));
  await Promise.all(
    names.map((plural) =>
      api.until<KubeObject>(definitions, `${plural}.gateway.networking.k8s.io`, (definition) => {
        // A definition that nobody has looked at yet has `conditions: null`.
        const conditions = (definition?.status as { conditions?: Condition[] | null } | undefined)?.conditions ?? [];
        return conditions.some(({ type, status }) => type === 'Established' && status === 'True');
      }),
    ),
  );
}
