import type { Finding } from '../build-account.js';
import { secretIn } from '../secret-values.js';
import type { Dockerfile, Instruction, Stage } from './dockerfile.js';

/** Something that was found, without the file. */
export type RuleFinding = Omit<Finding, 'file'>;

/** What the Dockerfile is built with. */
export interface ReviewedBuild {
  /** Name or number of the stage that is built; undefined: the last one. */
  readonly target: string | undefined;
  /** `NAME=value`. */
  readonly buildArgs: readonly string[];
}

/**
 * Looks through a Dockerfile for what BuildKit's own checks do not say. What matters most comes first: a step shows ten warnings at most
 * (actions/runner, ExecutionContext.cs).
 */
export function reviewDockerfile(dockerfile: Dockerfile, build: ReviewedBuild): RuleFinding[] {
  const chain = chainOf(dockerfile, build.target);
  return [
    ...literalSecrets(dockerfile),
    ...movingBases(dockerfile, build),
    ...rootUser(chain),
    ...aptLists(dockerfile),
    ...unpinnedBases(dockerfile, build),
    ...noHealthcheck(chain),
  ];
}

/** Names of the labels that the image gets from the Dockerfile itself. */
export function labelsIn(dockerfile: Dockerfile, target: string | undefined): Set<string> {
  const labels = chainOf(dockerfile, target)
    .flatMap(({ instructions }) => instructions)
    .filter(({ keyword }) => keyword === 'LABEL');
  return new Set(labels.flatMap(({ text }) => [...text.matchAll(/(?:^|\s)"?([\w./-]+)"?=/g)].map(([, name = '']) => name)));
}

/** The stage that is built, and those it is built on, the nearest first. */
function chainOf({ stages }: Dockerfile, target: string | undefined): Stage[] {
  const named = (name: string) => stages.findLast((stage) => stage.name?.toLowerCase() === name.toLowerCase());
  const chain: Stage[] = [];
  let stage = target === undefined ? stages.at(-1) : (named(target) ?? stages[Number(target)]);
  while (stage !== undefined && !chain.includes(stage)) {
    chain.push(stage);
    const { base } = stage;
    const index = stages.indexOf(stage);
    stage = stages.findLast(({ name }, other) => other < index && name?.toLowerCase() === base.toLowerCase());
  }
  return chain;
}

/** Stages that start from an image of a registry, with the image's name. */
function externalBases(
  dockerfile: Dockerfile,
  { buildArgs }: ReviewedBuild,
): Array<{ readonly image: string; readonly line: number }> {
  const values = new Map(
    [...dockerfile.global.filter(({ keyword }) => keyword === 'ARG').map(({ text }) => text), ...buildArgs].flatMap(
      (assignment) => {
        const [, name, value] = /^([^=\s]+)=["']?(.*?)["']?$/s.exec(assignment) ?? [];
        return name === undefined || value === undefined ? [] : [[name, value] as const];
      },
    ),
  );
  const names = new Set(dockerfile.stages.map(({ name }) => name?.toLowerCase()));
  return dockerfile.stages.flatMap(({ base, line }) => {
    const image = base.replaceAll(
      /\$\{?(\w+)(?::-([^}]*))?\}?/g,
      (_, name: string, fallback = '') => values.get(name) ?? fallback,
    );
    return names.has(base.toLowerCase()) || image === 'scratch' || image === '' ? [] : [{ image, line }];
  });
}

/** A colon after the last slash starts the tag. */
const tagOf = (image: string): string | undefined => /:([^/:@]+)$/.exec(image)?.[1];
const hasDigest = (image: string): boolean => image.includes('@');

const movingBases = (dockerfile: Dockerfile, build: ReviewedBuild): RuleFinding[] =>
  externalBases(dockerfile, build)
    .filter(({ image }) => !hasDigest(image) && (tagOf(image) ?? 'latest') === 'latest')
    .map(({ image, line }) => ({
      rule: 'BaseImageLatest',
      text: `${image} is whatever is newest on the day of the build. Name a version.`,
      line,
    }));

const unpinnedBases = (dockerfile: Dockerfile, build: ReviewedBuild): RuleFinding[] =>
  externalBases(dockerfile, build)
    .filter(({ image }) => !hasDigest(image) && (tagOf(image) ?? 'latest') !== 'latest')
    .map(({ image, line }) => ({
      rule: 'BaseImageWithoutDigest',
      text: `${image} may be another image tomorrow. Add its digest: ${image}@sha256:…`,
      line,
    }));

function rootUser(chain: readonly Stage[]): RuleFinding[] {
  const [final] = chain;
  if (final === undefined) return [];
  const last = chain.flatMap(({ instructions }) => instructions.findLast(({ keyword }) => keyword === 'USER') ?? [])[0];
  if (last === undefined) {
    const text = 'The image has no USER, so it runs as root unless its base image says otherwise. Add one, such as USER 65534.';
    return [{ rule: 'RootUser', text, line: final.line }];
  }
  if (!/^(root|0)(:|$)/.test(last.text)) return [];
  return [{ rule: 'RootUser', text: 'The image runs as root. Let USER name somebody else at the end.', line: last.line }];
}

const noHealthcheck = (chain: readonly Stage[]): RuleFinding[] =>
  chain.length === 0 || chain.some(({ instructions }) => instructions.some(({ keyword }) => keyword === 'HEALTHCHECK'))
    ? []
    : [
        {
          rule: 'NoHealthcheck',
          text: 'There is no HEALTHCHECK: Docker and Compose cannot tell whether the app is well (Kubernetes asks by its own probes).',
          line: undefined,
        },
      ];

const allInstructions = ({ global, stages }: Dockerfile): Instruction[] => [
  ...global,
  ...stages.flatMap(({ instructions }) => instructions),
];

const aptLists = (dockerfile: Dockerfile): RuleFinding[] =>
  allInstructions(dockerfile)
    .filter(({ keyword, text }) => keyword === 'RUN' && /\bapt(-get)?\b[^&|;]*\binstall\b/.test(text))
    .filter(
      ({ text }) => !/rm\s+(-\w+\s+)*\S*\/var\/lib\/apt/.test(text) && !/--mount=type=(cache|tmpfs)\S*\/var\/lib\/apt/.test(text),
    )
    .map(({ line }) => ({
      rule: 'AptListsKept',
      text: 'The package lists stay in the layer. End the same RUN with `&& rm -rf /var/lib/apt/lists/*`.',
      line,
    }));

/** BuildKit's check of the same name goes by the name of the variable, this one by the value. */
const literalSecrets = (dockerfile: Dockerfile): RuleFinding[] =>
  allInstructions(dockerfile).flatMap(({ keyword, text, line }) => {
    const kind = /^(ARG|ENV|LABEL|RUN)$/.test(keyword) ? secretIn(text) : undefined;
    return kind === undefined
      ? []
      : [{ rule: LITERAL_SECRET, text: `${keyword} holds ${kind}, which everybody who can pull the image could read.`, line }];
  });

/** Not a matter of taste: the build is refused. */
export const LITERAL_SECRET = 'SecretInDockerfile';
