import { secretIn } from '../secret-values.js';
import type { Dockerfile, Instruction } from './dockerfile.js';
import type { RuleFinding } from './rule-finding.js';

/** Not a matter of taste: the build is refused. BuildKit's check of a like name goes by the name of the variable, this one by the value. */
export const LITERAL_SECRET = 'SecretInDockerfile';

/** What has the form of a token or a private key, in any instruction, here-document or line that is neither, of any stage: stages that do not ship are in caches. */
export const literalSecrets = ({ global, stages }: Dockerfile): RuleFinding[] =>
  [...global, ...stages.flatMap(({ instructions }) => instructions)].flatMap((instruction) => [
    ...found(instruction, instruction.text, instruction.line),
    ...instruction.documents.flatMap(({ text, line }) =>
      text.split('\n').flatMap((one, index) => found(instruction, one, line + index)),
    ),
  ]);

function found({ keyword }: Instruction, text: string, line: number): RuleFinding[] {
  const kind = secretIn(text);
  if (kind === undefined) return [];
  return [
    {
      rule: LITERAL_SECRET,
      text: `${keyword || 'This line'} holds ${kind}, which everybody who can pull the image or its cache could read.`,
      line,
    },
  ];
}
