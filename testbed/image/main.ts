import { parseArgs } from 'node:util';
import { BedError } from '../bed/error.js';
import { archiveOf, makeAppImage, makeNodeImage, nodeImage, pushAppImage } from './app-image.js';

const usage = `Usage: npm run testbed -- image COMMAND
  push --tag TAG [--version VERSION] [--faults WORDS] [--registry HOST:PORT] [--repository NAME]    into a registry that the shell can reach
  archive --name NAME:TAG [--faults WORDS]    the app in a file for \`ctr images import\` or \`docker load\`
  archive --base                              likewise the base image ${nodeImage}`;

/** @returns what is printed as one line of JSON */
async function image([command, ...args]: readonly string[]): Promise<unknown> {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = {
    tag: text,
    version: text,
    faults: text,
    registry: text,
    repository: text,
    name: text,
    base: flag,
  };
  const { values } = parseArgs({ args, options });
  const { tag, registry = '127.0.0.1:5000', name, base, ...rest } = values;
  if (command === 'push' && tag !== undefined) return pushAppImage({ registry, tag, ...rest });
  if (command === 'archive' && base) return { image: nodeImage, file: await archiveOf(await makeNodeImage(), nodeImage) };
  if (command === 'archive' && name !== undefined) {
    const { version = name.slice(name.lastIndexOf(':') + 1), faults = '' } = rest;
    return { image: name, file: await archiveOf(await makeAppImage({ version, faults }), name) };
  }
  throw new BedError(usage);
}

try {
  process.stdout.write(`${JSON.stringify(await image(process.argv.slice(2)))}\n`);
} catch (error) {
  const isOurs = error instanceof BedError || (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS');
  process.stderr.write(`${isOurs ? (error as Error).message : (error as Error).stack}\n`);
  process.exitCode = 2;
}
