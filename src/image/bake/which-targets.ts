import { formatAttributes, readAttributes } from './attributes.js';
import type { BakeTarget } from './definition.js';

/** Of the targets that a file asks for: those that are built, and what is to be said of the others. */
export interface ChosenTargets {
  readonly names: readonly string[];
  readonly notes: readonly string[];
}

/**
 * Leaves out what nobody asked for: services of a profile that is not active, as `docker compose build` does and buildx does not; and a second service that runs
 * the same image, such as a worker of a web app.
 * @param inactive services of profiles that are not active; none where targets were asked for by name
 */
export function chooseTargets(
  names: readonly string[],
  found: Readonly<Record<string, BakeTarget>>,
  inactive: ReadonlySet<string>,
): ChosenTargets {
  const active = names.filter((name) => !inactive.has(name));
  const groups = [...Map.groupBy(active, (name) => sameness(name, found[name] ?? {})).values()];
  const left = names.filter((name) => inactive.has(name));
  return {
    names: groups.flatMap(([first]) => first ?? []),
    notes: [
      ...(left.length === 0
        ? []
        : [`Left out: ${left.join(', ')}, whose profile is not active. Name it with \`targets\`, or set COMPOSE_PROFILES.`]),
      ...groups.flatMap(([first, ...others]) =>
        others.length === 0
          ? []
          : [`${others.join(' and ')} ${others.length === 1 ? 'is' : 'are'} the same image as ${first}, which is built once.`],
      ),
    ],
  };
}

/** What has a tag and is built alike is one image; without a tag each gets a name of its own. */
function sameness(name: string, target: BakeTarget): string {
  if (!target.tags?.length) return name;
  const attributes = (values: ReadonlyArray<string | Readonly<Record<string, string>>> = []) =>
    values.map((value) => formatAttributes(readAttributes(value)));
  const { output, ...others } = target;
  return JSON.stringify({ ...others, output: attributes(output) });
}
