import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ActionPage } from '../src/hosts/github-actions/page.js';
import type { ActionDefinition } from '../src/kernel/define.js';

/** The names of the rooms in `actions/`, in the order of the alphabet. */
export function actionNames(root: string): string[] {
  const rooms = join(root, 'actions');
  if (!existsSync(rooms)) return [];
  return readdirSync(rooms, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(rooms, entry.name, 'action.ts')))
    .map((entry) => entry.name)
    .sort();
}

/**
 * Loads what every room's compiled `action.js` defines.
 * @throws Error when a room exports no definition, several, or one under another name than its folder's
 */
export async function discoverActions(root: string): Promise<ActionDefinition[]> {
  return Promise.all(actionNames(root).map((name) => loadAction(root, name)));
}

/** Loads the one definition of the room `actions/<name>`. */
export async function loadAction(root: string, name: string): Promise<ActionDefinition> {
  const file = join(root, 'build', 'actions', name, 'action.js');
  const exported: Record<string, unknown> = await import(pathToFileURL(file).href);
  const definitions = Object.values(exported).filter(isDefinition);
  const [definition] = definitions;
  if (definition === undefined || definitions.length > 1) {
    throw new Error(`actions/${name}/action.ts must export exactly one defineAction value; it exports ${definitions.length}.`);
  }
  if (definition.name !== name) {
    throw new Error(`actions/${name}/action.ts calls its action "${definition.name}"; the name and the folder must agree.`);
  }
  return definition;
}

const isDefinition = (value: unknown): value is ActionDefinition =>
  typeof value === 'object' && value !== null && 'name' in value && 'summary' in value && 'inputs' in value && 'outputs' in value;

/** What every room's compiled `page.js` adds to its definition, by the action's name. */
export async function discoverPages(root: string): Promise<ReadonlyMap<string, ActionPage>> {
  const pages = actionNames(root).map(async (name) => {
    const file = join(root, 'build', 'actions', name, 'page.js');
    const { page }: { page: ActionPage } = await import(pathToFileURL(file).href);
    return [name, page] as const;
  });
  return new Map(await Promise.all(pages));
}
