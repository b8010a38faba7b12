import { buildTools } from './build-tools.js';
import type { ContextFiles } from './context-files.js';
import { type Dockerfile, type Instruction, type Stage, scriptOf } from './dockerfile.js';
import { endOfLife } from './end-of-life.js';
import { installs } from './installs.js';
import { publicVariables } from './public-variables.js';
import type { RuleFinding } from './rule-finding.js';
import { mountsOf, type ReviewedBuild, StageGraph } from './stages.js';
import { wholeContext } from './whole-context.js';

/** What a review knows besides the Dockerfile. */
export interface Surroundings {
  readonly nowMs: number;
  /** Undefined when the engine fetches the context from elsewhere. */
  readonly context: ContextFiles | undefined;
}

/**
 * Looks through a Dockerfile for what BuildKit's own checks do not say. What matters most comes first: a step shows ten warnings at most
 * (actions/runner, ExecutionContext.cs).
 */
export function reviewDockerfile(dockerfile: Dockerfile, build: ReviewedBuild, { nowMs, context }: Surroundings): RuleFinding[] {
  const graph = new StageGraph(dockerfile, build);
  return [
    ...(context === undefined ? [] : wholeContext(graph, context)),
    ...endOfLife(externalBases(graph), nowMs),
    ...publicVariables(graph),
    ...movingBases(graph),
    ...rootUser(graph),
    ...buildTools(graph),
    ...installs(graph, context),
    ...aptLists(graph),
    ...unpinnedBases(graph),
    ...noHealthcheck(graph),
  ];
}

/** Images of a registry that stages start from which are built. */
const externalBases = (graph: StageGraph): Array<{ readonly image: string; readonly line: number }> =>
  graph.dockerfile.stages
    .filter((stage) => graph.built().has(stage))
    .flatMap((stage) => {
      const base = graph.baseOf(stage);
      return base.kind === 'image' ? [{ image: base.image, line: stage.line }] : [];
    });

/** A colon after the last slash starts the tag. */
const tagOf = (image: string): string | undefined => /:([^/:@]+)$/.exec(image)?.[1];
const hasDigest = (image: string): boolean => image.includes('@');

const movingBases = (graph: StageGraph): RuleFinding[] =>
  externalBases(graph)
    .filter(({ image }) => !hasDigest(image) && (tagOf(image) ?? 'latest') === 'latest')
    .map(({ image, line }) => ({
      rule: 'BaseImageLatest',
      text: `${image} is whatever is newest on the day of the build. Name a version.`,
      line,
    }));

const unpinnedBases = (graph: StageGraph): RuleFinding[] =>
  externalBases(graph)
    .filter(({ image }) => !hasDigest(image) && (tagOf(image) ?? 'latest') !== 'latest')
    .map(({ image, line }) => ({
      rule: 'BaseImageWithoutDigest',
      text: `${image} may be another image tomorrow. Add its digest: ${image}@sha256:…`,
      line,
    }));

/** Where it depends on the platform which stages are built on, one way that ends as root is enough. */
function rootUser(graph: StageGraph): RuleFinding[] {
  const found = graph.chains().map((chain) => rootIn(graph, chain));
  return found.flatMap((finding) => finding ?? []).slice(0, 1);
}

function rootIn(graph: StageGraph, chain: readonly Stage[]): RuleFinding | undefined {
  const [final] = chain;
  const lowest = chain.at(-1);
  if (final === undefined || lowest === undefined) return undefined;
  const last = chain.flatMap(({ instructions }) => instructions.findLast(({ keyword }) => keyword === 'USER') ?? [])[0];
  if (last === undefined) {
    // What a named context is, is said elsewhere, and so is its user.
    if (graph.baseOf(lowest).kind === 'context') return undefined;
    const text = 'The image has no USER, so it runs as root unless its base image says otherwise. Add one, such as USER 65534.';
    return { rule: 'RootUser', text, line: final.line };
  }
  if (!/^["']?(root|0)["']?(:|$)/.test(last.text)) return undefined;
  return { rule: 'RootUser', text: 'The image runs as root. Let USER name somebody else at the end.', line: last.line };
}

function noHealthcheck(graph: StageGraph): RuleFinding[] {
  const chains = graph.chains();
  const has = (stage: Stage) => stage.instructions.some(({ keyword }) => keyword === 'HEALTHCHECK');
  const isSilent = (chain: readonly Stage[]) =>
    !chain.some(has) && !chain.slice(-1).some((stage) => graph.baseOf(stage).kind === 'context');
  if (!chains.some(isSilent)) return [];
  const text =
    'There is no HEALTHCHECK: Docker and Compose cannot tell whether the app is well (Kubernetes asks by its own probes).';
  return [{ rule: 'NoHealthcheck', text, line: undefined }];
}

/** Lists in a stage that is not in the image cost nobody anything. */
const aptLists = (graph: StageGraph): RuleFinding[] =>
  [...graph.shipped()]
    .flatMap(({ instructions }) => instructions)
    .filter((instruction) => instruction.keyword === 'RUN' && keepsLists(instruction))
    .map(({ line }) => ({
      rule: 'AptListsKept',
      text: 'The package lists stay in the layer, about 20 MB in each pull. End the same RUN with `&& rm -rf /var/lib/apt/lists/*`.',
      line,
    }))
    .sort((a, b) => a.line - b.line);

function keepsLists(instruction: Instruction): boolean {
  const script = scriptOf(instruction);
  if (!/\bapt(-get)?\b[^&|;\n]*\binstall\b/.test(script)) return false;
  if (/\brm\s+(-\w+\s+)*[^&|;\n]*\/var\/lib\/(apt|\{[^}]*\bapt\b[^}]*\}|\*)/.test(script)) return false;
  return !mountsOf(instruction).some(
    ({ type = '', target = '' }) => /^(cache|tmpfs)$/.test(type) && /^\/var\/lib(\/apt(\/lists)?)?\/?$/.test(target),
  );
}
