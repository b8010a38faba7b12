import { hasPasswordInUrl, secretIn } from '../secret-values.js';
import { alongChain, assignmentsOf } from './assignments.js';
import type { Dockerfile, Instruction } from './dockerfile.js';
import type { RuleFinding } from './rule-finding.js';
import { canBeSecret, isSecretName } from './secret-names.js';
import { type ReviewedBuild, StageGraph } from './stages.js';

/** Not a matter of taste: the build is refused. BuildKit's check of a like name goes by the name of the variable, this one by the value. */
export const LITERAL_SECRET = 'SecretInDockerfile';

/** Instructions whose text ends in the image's configuration or history as it stands. A RUN may name some address of nobody for a build. */
const WRITTEN = /^(ENV|ARG|LABEL|ADD)$/;

/** What has the form of a token or a private key, in any instruction, here-document or line that is neither, of any stage: stages that do not ship are in caches. */
export const literalSecrets = ({ global, stages }: Dockerfile): RuleFinding[] =>
  [...global, ...stages.flatMap(({ instructions }) => instructions)].flatMap((instruction) => [
    ...found(instruction, instruction.text, instruction.line),
    ...instruction.documents.flatMap(({ text, line }) =>
      text.split('\n').flatMap((one, index) => found(instruction, one, line + index)),
    ),
  ]);

/** An ARG whose name says that it is a secret, and whose value an ENV writes into the image. */
export function argumentsInEnv(dockerfile: Dockerfile, build: ReviewedBuild): RuleFinding[] {
  const graph = new StageGraph(dockerfile, build);
  const found = graph.chains().flatMap((chain) => {
    const secret = new Set<string>();
    return [...alongChain(graph, chain, build.buildArgs)].flatMap(({ instruction, values }) => {
      const assignments = assignmentsOf(instruction);
      if (instruction.keyword === 'ARG') {
        for (const { name } of assignments) if (isSecretName(name)) secret.add(name);
        return [];
      }
      if (instruction.keyword !== 'ENV') return [];
      return assignments.flatMap(({ value = '', isLiteral }) => {
        const used = isLiteral ? [] : [...secret].filter((name) => new RegExp(`\\$(${name}\\b|\\{${name}\\b)`).test(value));
        const [name] = used.filter((one) => canBeSecret(values.get(one) ?? ''));
        if (name === undefined) return [];
        const text = `ENV writes the value of ARG ${name} into the image, where everybody who can pull it could read it.`;
        return [{ rule: LITERAL_SECRET, text, line: instruction.line }];
      });
    });
  });
  return [...new Map(found.map((finding) => [finding.line, finding])).values()];
}

function found({ keyword }: Instruction, text: string, line: number): RuleFinding[] {
  const kind = secretIn(text) ?? (WRITTEN.test(keyword) && hasPasswordInUrl(text) ? 'a password in an address' : undefined);
  if (kind === undefined) return [];
  return [
    {
      rule: LITERAL_SECRET,
      text: `${keyword || 'This line'} holds ${kind}, which everybody who can pull the image or its cache could read.`,
      line,
    },
  ];
}
