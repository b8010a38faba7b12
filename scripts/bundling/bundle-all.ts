import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { actionNames } from '../discover-actions.js';
import { minify } from './minify.js';
import { ncc } from './ncc.js';

/** A bundle without the code of the actions is still built without complaint, and dies when it runs; the smallest real one is far above this. */
const FLOOR_BYTES = 10_000;
const SUITE = 'suite';

/**
 * Bundles everything into `out`, which is emptied first: `suite/` with the code of all actions, cut where it is imported dynamically, and for
 * each action the few bytes that start it. What several actions need is in there once, because a runner fetches all of it at the start of every job.
 * @throws Error when the bundle can't be built, is too small to be true, or names a path of this machine
 */
export async function bundleAll(root: string, out: string): Promise<void> {
  rmSync(out, { recursive: true, force: true });
  const suite = join(out, SUITE);
  await ncc(root, 'build/actions/start.js', suite);
  await minify(suite);
  refuseBroken(suite, root);
  for (const name of actionNames(root)) writeStarter(name, join(out, name));
}

/** The file that an `action.yml` names: the runner does not tell an action which one it is. */
function writeStarter(name: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'index.js'), `import { start } from '../${SUITE}/index.js';\nawait start('${name}');\n`);
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify({ type: 'module' })}\n`);
}

/** @throws Error when the bundle can't work in another place than this one */
export function refuseBroken(folder: string, root: string): void {
  const files = readdirSync(folder).filter((file) => file.endsWith('.js'));
  let bytes = 0;
  for (const file of files) {
    const code = readFileSync(join(folder, file), 'utf8');
    bytes += code.length;
    const missing = /Cannot find module '[^']+'/.exec(code.slice(code.indexOf('webpackMissingModule')))?.[0];
    if (code.includes('webpackMissingModule')) throw new Error(`${folder}/${file} lacks what it imports: ${missing}.`);
    if (code.includes(root)) throw new Error(`${folder}/${file} names ${root}, which exists only on this machine.`);
  }
  if (bytes < FLOOR_BYTES)
    throw new Error(`${folder} has only ${bytes} bytes of code; the bundler left out what it should hold.`);
  const asset = readdirSync(folder).find((file) => /^[0-9a-f]{20}\./.test(file));
  if (asset !== undefined) {
    throw new Error(`${folder}/${asset} is a copy made for \`new URL(…, import.meta.url)\`; import it instead.`);
  }
}
