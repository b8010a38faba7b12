import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { actionNames } from '../discover-actions.js';
import { ncc } from './ncc.js';

/** What becomes one folder of `dist/`. */
export interface Bundle {
  readonly name: string;
  /** Emitted module that it starts from, from the root. */
  readonly entry: string;
}

/** An empty bundle still exits 0 when it is built, and dies when it runs; the smallest real one is far above this. */
const FLOOR_BYTES = 10_000;
const PARALLEL = 2;

/** Loaded by the actions on first use. */
const CHUNKS: readonly Bundle[] = [
  { name: 'kube-auth', entry: 'build/src/target/kubernetes/kube-auth/index.js' },
  { name: 'tool-cache', entry: 'build/src/action/tool-cache/index.js' },
];

/** One bundle an action, which serves `main` and `post`, and the chunks that they share. */
export function bundles(root: string): Bundle[] {
  const actions = actionNames(root).map((name) => ({ name, entry: `build/actions/${name}/index.js` }));
  return [...actions, ...CHUNKS.filter(({ entry }) => existsSync(join(root, entry)))];
}

/**
 * Bundles everything into `out`, which is emptied first.
 * @throws Error when a bundle can't be built, is too small to be true, or names a path of this machine
 */
export async function bundleAll(root: string, out: string): Promise<Bundle[]> {
  const all = bundles(root);
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const waiting = [...all];
  const worker = async (): Promise<void> => {
    for (let bundle = waiting.shift(); bundle !== undefined; bundle = waiting.shift()) {
      await ncc(root, bundle.entry, join(out, bundle.name));
      refuseBroken(bundle.name, join(out, bundle.name), root);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  return all;
}

/** @throws Error when the bundle can't work in another place than this one */
export function refuseBroken(name: string, folder: string, root: string): void {
  const code = readFileSync(join(folder, 'index.js'), 'utf8');
  const missing = /Cannot find module '[^']+'/.exec(code.slice(code.indexOf('webpackMissingModule')))?.[0];
  if (code.includes('webpackMissingModule')) throw new Error(`dist/${name} lacks what it imports: ${missing}.`);
  if (code.length < FLOOR_BYTES) {
    throw new Error(`dist/${name}/index.js has only ${code.length} bytes; the bundler left out what it should hold.`);
  }
  if (code.includes(root)) throw new Error(`dist/${name}/index.js names ${root}, which exists only on this machine.`);
  const asset = readdirSync(folder).find((file) => /^[0-9a-f]{20}\./.test(file));
  if (asset !== undefined) {
    throw new Error(
      `dist/${name}/${asset} is a copy made for \`new URL(…, import.meta.url)\`; load it by import() with webpackIgnore.`,
    );
  }
}
