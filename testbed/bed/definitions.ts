import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { loadAll } from 'js-yaml';
import { type Api, isConflict, type KubeObject } from '../client/api.js';
import type { Condition } from '../client/objects.js';
import { downloadModule } from './go-program.js';
import { cacheDirectory } from './places.js';

/** Files of a Go module, e.g. of `sigs.k8s.io/gateway-api@v1.5.1`. */
export interface ModuleFiles {
  readonly module: string;
  /** Directory of the files within the module. */
  readonly directory: string;
  readonly names: readonly string[];
}

/**
 * Copies files of a Go module into the user's cache, once, so that Go is needed no more than once.
 * @returns their paths, in the order of `names`
 */
export async function fetchModuleFiles({ module, directory, names }: ModuleFiles): Promise<string[]> {
  const home = path.join(cacheDirectory(), 'crds', module.replaceAll('/', '-'));
  const files = names.map((name) => path.join(home, name));
  if (files.every((file) => existsSync(file))) return files;
  await mkdir(home, { recursive: true });
  const download = await downloadModule(module);
  for (const file of files) {
    const unfinished = `${file}.${process.pid}`;
    await copyFile(path.join(download, directory, path.basename(file)), unfinished);
    await rename(unfinished, file);
  }
  return files;
}

/** Reads all objects of YAML files. */
export async function readObjects(files: readonly string[]): Promise<KubeObject[]> {
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  return texts.flatMap((text) => loadAll(text) as KubeObject[]);
}

/** Creates an object unless one of its name is there, which stays as it is. */
export async function createUnlessThere(api: Api, collection: string, object: KubeObject): Promise<void> {
  await api.create(collection, object).catch((error: unknown) => {
    if (!isConflict(error)) throw error;
  });
}

/** Creates custom resource definitions from files and waits until the API server serves them. */
export async function applyDefinitions(api: Api, files: readonly string[]): Promise<void> {
  const collection = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  const definitions = await readObjects(files);
  await Promise.all(definitions.map((definition) => createUnlessThere(api, collection, definition)));
  const names = new Set(definitions.map(({ metadata }) => metadata.name));
  await api.untilAll<KubeObject>(collection, {}, (present) => {
    const served = present.filter((definition) => names.has(definition.metadata.name) && isEstablished(definition));
    return served.length === names.size;
  });
}

function isEstablished({ status }: KubeObject): boolean {
  // A definition that nobody has looked at yet has `conditions: null`.
  const conditions = (status as { conditions?: Condition[] | null } | undefined)?.conditions ?? [];
  return conditions.some((condition) => condition.type === 'Established' && condition.status === 'True');
}
