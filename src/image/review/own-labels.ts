import { alongChain, assignmentsOf } from './assignments.js';
import type { Dockerfile } from './dockerfile.js';
import { type ReviewedBuild, StageGraph } from './stages.js';

/** Labels that an image has already. */
export interface OwnLabels {
  has(name: string): boolean;
}

/** A variable of a name, as `$P` or in braces. */
const VARIABLE = /\$(?:(\w+)|\{(\w+)[^}]*\})/g;

/** The labels that the image gets from the Dockerfile itself. A name with a variable that is not known counts as each name that it may become. */
export function ownLabels(dockerfile: Dockerfile, build: ReviewedBuild): OwnLabels {
  const graph = new StageGraph(dockerfile, build);
  const names = new Set<string>();
  const patterns: RegExp[] = [];
  for (const chain of graph.chains()) {
    for (const { instruction, values } of alongChain(graph, chain, build.buildArgs)) {
      for (const { name } of instruction.keyword === 'LABEL' ? assignmentsOf(instruction) : []) {
        const known = [...name.matchAll(VARIABLE)].every(([, plain, braced]) => values.has(plain ?? braced ?? ''));
        if (known) names.add(graph.expand(name, values));
        else patterns.push(new RegExp(`^${name.split(VARIABLE_ALONE).map(escaped).join('.*')}$`));
      }
    }
  }
  return { has: (name) => names.has(name) || patterns.some((pattern) => pattern.test(name)) };
}

const VARIABLE_ALONE = /\$(?:\w+|\{[^}]*\})/;
const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
