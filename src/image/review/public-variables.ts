import { type Instruction, type Stage, scriptOf } from './dockerfile.js';
import type { RuleFinding } from './rule-finding.js';
import type { StageGraph } from './stages.js';

/** Names whose values Next.js, Vite and Create React App write into what the browser gets, when it is built (their documentation, "Environment Variables"). */
export const isPublicVariable = (name: string): boolean => /^(NEXT_PUBLIC_|VITE_|REACT_APP_)/.test(name);

const BUILD = /\b(npm|yarn|pnpm|bun)\s+(run\s+)?build\b|\b(next|vite|react-scripts)\s+build\b/;

/** Variables that are set where nothing reads them any more. */
export function publicVariables(graph: StageGraph): RuleFinding[] {
  const builders = [...graph.built()].filter(({ instructions }) => instructions.some(isBuild));
  if (builders.length === 0) return [];
  return [...graph.shipped()].flatMap((stage) =>
    stage.instructions.flatMap((instruction) =>
      namesIn(instruction, 'ENV')
        .filter(
          (name) =>
            isPublicVariable(name) && isTooLate(stage, instruction, builders) && !builders.some((one) => knows(graph, one, name)),
        )
        .map((name) => ({ rule: 'PublicVariableAtRunTime', text: publicVariableText(name, 'here'), line: instruction.line })),
    ),
  );
}

export const publicVariableText = (name: string, where: string): string =>
  `${name} is set ${where}, when the app runs; it was written into the pages when the app was built, so this changes nothing. Take it as \`ARG ${name}\` in front of the build, and give it with \`build-args\`.`;

const isBuild = (instruction: Instruction): boolean => instruction.keyword === 'RUN' && BUILD.test(scriptOf(instruction));

/** In the stage that builds, only what stands behind the build is late. */
const isTooLate = (stage: Stage, { line }: Instruction, builders: readonly Stage[]): boolean =>
  !builders.includes(stage) || stage.instructions.some((one) => isBuild(one) && one.line < line);

function knows(graph: StageGraph, builder: Stage, name: string): boolean {
  const base = graph.baseOf(builder);
  const lineage = [builder, ...(base.kind === 'stages' ? base.stages : [])];
  return lineage.some(({ instructions }) => {
    const build = instructions.find(isBuild)?.line ?? Number.POSITIVE_INFINITY;
    return instructions.some((one) => one.line < build && [...namesIn(one, 'ARG'), ...namesIn(one, 'ENV')].includes(name));
  });
}

/** Names that an ARG or ENV sets; ENV has an old form with a blank. */
function namesIn({ keyword, text }: Instruction, wanted: 'ARG' | 'ENV'): string[] {
  if (keyword !== wanted) return [];
  if (wanted === 'ENV' && !/^\w+=/.test(text)) return [/^\w+/.exec(text)?.[0] ?? ''];
  return [...text.matchAll(/(?:^|\s)(\w+)(?==|\s|$)/g)].map(([, name = '']) => name);
}
