import { buildGoProgram } from '../bed/go-program.js';
import { testbedSource } from '../bed/places.js';

/** Compiles act into the user's cache, once: about half a minute of two cores, and 60 MB of modules to fetch. @returns path of the binary */
export function buildAct(): Promise<string> {
  return buildGoProgram({ name: 'act', module: testbedSource('act'), package: 'github.com/nektos/act' });
}
