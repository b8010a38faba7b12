import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

/** A piece of one of the product's compiled modules, and what stands in its place. */
export interface Edit {
  /** From the root of the build, such as `src/platforms/kubernetes/strategies/canary/promote.js`. */
  readonly module: string;
  /** Stands in the module exactly once. */
  readonly piece: string;
  readonly instead: string;
}

/**
 * Lets this thread load the module with the piece replaced; it must not have been loaded yet.
 * @throws Error when the piece is not there exactly once: the product has changed, and what was broken by this may be whole
 */
export function breakModule(edit: Edit): void {
  const { href } = new URL(`../../../../${edit.module}`, import.meta.url);
  const source = edited(readFileSync(new URL(href), 'utf8'), edit);
  registerHooks({
    load: (url, context, next) => (url === href ? { format: 'module', source, shortCircuit: true } : next(url, context)),
  });
}

/** @throws Error when the piece is not there exactly once */
export function edited(text: string, { module, piece, instead }: Edit): string {
  const parts = text.split(piece);
  if (parts.length !== 2)
    throw new Error(
      `${module} has ${parts.length - 1} times what a sabotage replaces in it, and not once; choose another piece:\n${piece}`,
    );
  return parts.join(instead);
}
