import { GetFunctionCommand, type GetFunctionCommandOutput, type LambdaClient } from '@aws-sdk/client-lambda';
import { Problems, UserError } from '../../kernel/errors.js';
import type { Log } from '../../kernel/log.js';
import { type Asking, ask } from '../aws/ask.js';
import { isNamed } from '../aws/failures.js';
import type { Place } from './lambda-inputs.js';
import { nameOf } from './memory.js';

const MISSING = 'ResourceNotFoundException';

async function readVersion(
  lambda: LambdaClient,
  place: Place,
  version: string,
  asking: Asking,
): Promise<GetFunctionCommandOutput> {
  const where = nameOf(place.function, version);
  const question = { action: 'lambda:GetFunction', where, expects: [MISSING] };
  const input = { FunctionName: place.function, Qualifier: version };
  try {
    return await ask(question, asking, (abortSignal) => lambda.send(new GetFunctionCommand(input), { abortSignal }));
  } catch (error) {
    if (!isNamed(error, MISSING)) throw error;
    throw new UserError(
      'lambda-version-missing',
      `Function ${place.function} has no published version ${version}. Publish it first, and pass the number that the publication gives. Nothing has been changed.`,
      { cause: error },
    );
  }
}

/**
 * Whether AWS will share the alias between the two, before anything is on record.
 * @throws UserError with everything that speaks against it
 */
export async function refuseUnfit(
  lambda: LambdaClient,
  place: Place,
  { stable, candidate }: { readonly stable: string; readonly candidate: string },
  asking: Asking,
  log: Pick<Log, 'warning'>,
): Promise<void> {
  const problems = new Problems();
  const read = (version: string) => problems.gather(() => readVersion(lambda, place, version, asking));
  const [before, after] = await Promise.all([read(stable), read(candidate)]);
  const [one, two] = [before?.Configuration, after?.Configuration];
  if (one && two) {
    const name = nameOf(place.function, candidate);
    if (two.State !== undefined && two.State !== 'Active')
      problems.add(
        'lambda-version-unfit',
        `${name} is ${two.State} and not Active${two.StateReason ? `: ${two.StateReason}` : ''}.`,
      );
    if (one.Role !== two.Role)
      problems.add(
        'lambda-version-unfit',
        `${name} has the execution role ${two.Role}, version ${stable} has ${one.Role}. An alias is shared only between versions of one role.`,
      );
    if (one.DeadLetterConfig?.TargetArn !== two.DeadLetterConfig?.TargetArn)
      problems.add(
        'lambda-version-unfit',
        `${name} has another dead-letter queue than version ${stable}. An alias is shared only between versions with the same one.`,
      );
  }
  problems.throwIfAny('Nothing has been changed.');
  warnOfManager(after?.Tags ?? {}, place, log);
}

/** CloudFormation names its stack on the function; Terraform leaves no mark. */
function warnOfManager(tags: Readonly<Record<string, string>>, place: Place, log: Pick<Log, 'warning'>): void {
  const stack = tags['aws:cloudformation:stack-name'];
  if (stack === undefined) return;
  log.warning(
    `Function ${place.function} belongs to the CloudFormation stack ${stack}. If the alias ${place.alias} does too, the next deployment of the stack, or CodeDeploy, moves it back: let the template leave the alias alone.`,
  );
}
