import { nearest } from '../../kernel/nearest.js';
import { alongChain } from './assignments.js';
import { buildTools } from './build-tools.js';
import type { ContextFiles } from './context-files.js';
import { type Dockerfile, type Instruction, type Stage, scriptOf } from './dockerfile.js';
import { endOfLife } from './end-of-life.js';
import { impossibleImages, isImage, type UsedImage, usedImages } from './images.js';
import { installs } from './installs.js';
import { keysInContext } from './keys.js';
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
  const all = usedImages(graph);
  const images = all.filter(({ image }) => isImage(image));
  return [
    ...(context === undefined ? [] : [...keysInContext(graph, context), ...wholeContext(graph, context)]),
    ...impossibleImages(all),
    ...misspeltStages(graph),
    ...endOfLife(images, nowMs),
    ...publicVariables(graph),
    ...movingBases(images),
    ...rootUser(graph, build.buildArgs),
    ...buildTools(graph),
    ...installs(graph, context),
    ...aptLists(graph),
    ...unpinnedBases(images),
    ...noHealthcheck(graph),
  ];
}

/** `COPY --from=biuld` takes an image of that name from Docker Hub, where anybody may have put one. */
const misspeltStages = (graph: StageGraph): RuleFinding[] =>
  graph.dockerfile.stages
    .filter((stage) => graph.built().has(stage))
    .flatMap((stage) =>
      stage.instructions.flatMap((instruction) =>
        graph.copiedImages(stage, instruction).flatMap((image) => {
          const names = graph.dockerfile.stages.flatMap(({ name }) => name?.toLowerCase() ?? []);
          const meant = /[/:.@]/.test(image) ? undefined : nearest(image, names);
          if (meant === undefined) return [];
          const text = `No stage above is called ${image}, so it is taken for an image of Docker Hub. Did you mean ${meant}?`;
          return [{ rule: 'UnknownStage', text, line: instruction.line }];
        }),
      ),
    );

/** A colon after the last slash starts the tag. */
const tagOf = (image: string): string | undefined => /:([^/:@]+)$/.exec(image)?.[1];
const hasDigest = (image: string): boolean => image.includes('@');

const movingBases = (images: readonly UsedImage[]): RuleFinding[] =>
  images
    .filter(({ image }) => !hasDigest(image) && (tagOf(image) ?? 'latest') === 'latest')
    .map(({ shown, line }) => ({
      rule: 'BaseImageLatest',
      text: `${shown} is whatever is newest on the day of the build. Name a version.`,
      line,
    }));

const unpinnedBases = (images: readonly UsedImage[]): RuleFinding[] =>
  images
    .filter(({ image }) => !hasDigest(image) && (tagOf(image) ?? 'latest') !== 'latest')
    .map(({ shown, line }) => ({
      rule: 'BaseImageWithoutDigest',
      text: `${shown} may be another image tomorrow. Add its digest: ${shown}@sha256:…`,
      line,
    }));

/** Where it depends on the platform which stages are built on, one way that ends as root is enough. */
function rootUser(graph: StageGraph, buildArgs: readonly string[]): RuleFinding[] {
  const found = graph.chains().map((chain) => rootIn(graph, chain, buildArgs));
  return found.flatMap((finding) => finding ?? []).slice(0, 1);
}

function rootIn(graph: StageGraph, chain: readonly Stage[], buildArgs: readonly string[]): RuleFinding | undefined {
  const [final] = chain;
  const lowest = chain.at(-1);
  if (final === undefined || lowest === undefined) return undefined;
  const last = [...alongChain(graph, chain, buildArgs)].findLast(({ instruction }) => instruction.keyword === 'USER');
  if (last === undefined) {
    // What a named context is, is said elsewhere, and so is its user.
    const base = graph.baseOf(lowest);
    if (base.kind === 'context' || (base.kind === 'image' && hasItsUser(base.image))) return undefined;
    const text = 'The image has no USER, so it runs as root unless its base image says otherwise. Add one, such as USER 65534.';
    return { rule: 'RootUser', text, line: final.line };
  }
  const { instruction, values } = last;
  if (!/^(root|0+)(:|$)/.test(graph.expand(instruction.text, values))) return undefined;
  return { rule: 'RootUser', text: 'The image runs as root. Let USER name somebody else at the end.', line: instruction.line };
}

/** Images that say by their name that they run as nobody in particular: distroless, Microsoft's, nginx's, and all of Chainguard's. */
const hasItsUser = (image: string): boolean => /nonroot|unprivileged|chiseled|^cgr\.dev\/chainguard\//.test(image);

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
