import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { UserError } from '../../kernel/errors.js';
import { workspaceOutput } from '../../kernel/input-kinds.js';
import type { EvidenceLine } from '../evidence/evidence-line.js';
import type { GateOptions } from './hold.js';

/** Where a step with a gate records what the gate saw. */
export const evidenceInputs = {
  'evidence-file': workspaceOutput({
    text: 'Path to record the evidence to, one look a line, so that the decision can be checked with `npm run replay`. Later steps may append to the same file.',
  }),
};

/**
 * What a gate records with; nothing without a path. Appended line by line, so that what was seen is there even if the step is killed.
 * @throws UserError (the recorder) when the file can't be written
 */
export function recordTo(path: string | undefined): Pick<GateOptions, 'record'> {
  if (path === undefined) return {};
  const record = (line: EvidenceLine) => {
    try {
      append(path, `${JSON.stringify(line)}\n`);
    } catch (cause) {
      throw new UserError(
        'evidence-not-recorded',
        `The evidence can not be recorded: ${(cause as Error).message}. Name another \`evidence-file\`.`,
        {
          cause,
        },
      );
    }
  };
  return { record };
}

/** Nobody checks out a folder for what is only to be written. */
function append(path: string, text: string): void {
  try {
    appendFileSync(path, text);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    mkdirSync(dirname(path), { recursive: true });
    appendFileSync(path, text);
  }
}
