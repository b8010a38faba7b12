import { UserError } from '../../kernel/errors.js';
import type { Attributes } from './attributes.js';

/**
 * One image of a bake or Compose file, as buildx has resolved it (github.com/docker/buildx, bake/bake.go, Target). Only the fields that are read or changed
 * here; the others are handed back to buildx as they came. Texts are templates: buildx writes `$${` and `%%{` for `${` and `%{`, and reads them so.
 */
export interface BakeTarget {
  readonly context?: string;
  /** From the context. */
  readonly dockerfile?: string;
  readonly 'dockerfile-inline'?: string;
  /** Stage of the Dockerfile. */
  readonly target?: string;
  /** Name → path, image, URL, or `target:` and the name of another target. */
  readonly contexts?: Readonly<Record<string, string>>;
  readonly args?: Readonly<Record<string, string | null>>;
  readonly labels?: Readonly<Record<string, string | null>>;
  readonly annotations?: readonly string[];
  readonly tags?: readonly string[];
  readonly platforms?: readonly string[];
  readonly 'cache-from'?: ReadonlyArray<string | Attributes>;
  readonly 'cache-to'?: ReadonlyArray<string | Attributes>;
  readonly secret?: ReadonlyArray<string | Attributes>;
  readonly ssh?: ReadonlyArray<string | Attributes>;
  readonly attest?: ReadonlyArray<string | Attributes>;
  readonly output?: ReadonlyArray<string | Attributes>;
  readonly ulimits?: readonly string[];
  readonly 'extra-hosts'?: Readonly<Record<string, string | null>>;
  readonly 'shm-size'?: string;
  readonly network?: string;
  readonly 'no-cache'?: boolean;
  readonly 'no-cache-filter'?: readonly string[];
  readonly pull?: boolean;
  readonly entitlements?: readonly string[];
}

/** A bake or Compose file (or several), resolved: no variable, matrix or `inherits` is left in it. */
export interface BakeDefinition {
  readonly group?: Readonly<Record<string, { readonly targets?: readonly string[] | null }>>;
  readonly target?: Readonly<Record<string, BakeTarget>>;
}

/**
 * Reads what `buildx bake --print` prints.
 * @throws UserError when it is no plan
 */
export function readDefinition(printed: string): BakeDefinition {
  try {
    const definition: unknown = JSON.parse(printed);
    if (typeof definition === 'object' && definition !== null && !Array.isArray(definition)) return definition;
  } catch (cause) {
    throw new UserError(
      'bake-plan-unreadable',
      'buildx printed no plan for the bake or Compose file.\nUpdate docker-buildx-plugin.',
      { cause },
    );
  }
  throw new UserError(
    'bake-plan-unreadable',
    'buildx printed no plan for the bake or Compose file.\nUpdate docker-buildx-plugin.',
  );
}

/**
 * The targets that were asked for, which buildx prints as the group `default`. Targets that are only the context of another one are not among them.
 * @returns names, each once, in buildx's order
 */
export function wantedTargets({ group = {}, target = {} }: BakeDefinition): string[] {
  const found = new Set<string>();
  const opened = new Set<string>();
  const visit = (name: string): void => {
    // A group may hold a target of its own name.
    if (Object.hasOwn(group, name) && !opened.has(name)) {
      opened.add(name);
      for (const member of group[name]?.targets ?? []) visit(member);
    } else if (Object.hasOwn(target, name)) found.add(name);
  };
  visit('default');
  return [...found];
}

/** A text that buildx must not take for a template. */
export const escapeTemplate = (text: string): string => text.replaceAll(/[$%](?=\{)/g, (sign) => sign + sign);

/** What a template of the plan stands for. */
export const unescapeTemplate = (text: string): string => text.replaceAll('$${', '${').replaceAll('%%{', '%{');
