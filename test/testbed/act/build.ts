import path from 'node:path';
import { buildGoProgram } from '../bed/go-program.js';

/** From build/test/testbed/act, the source folder with the Go module. */
const module = path.resolve(import.meta.dirname, '../../../../test/testbed/act');

/** Compiles act into the user's cache, once: about half a minute of two cores, and 60 MB of modules to fetch. @returns path of the binary */
export function buildAct(): Promise<string> {
  return buildGoProgram({ name: 'act', module, package: 'github.com/nektos/act' });
}
