import type { Given } from '../../kernel/define.js';
import type { Problem } from '../../kernel/errors.js';
import { flag, text } from '../../kernel/input-kinds.js';
import { AWS_NEEDS, type AwsInputs, awsInputs, missingInputs } from '../aws/aws-inputs.js';

const matching = (pattern: RegExp, refusal: string) => (raw: string) => {
  if (!pattern.test(raw)) throw new RangeError(`"${raw}" ${refusal}`);
  return raw;
};

/** What says where the function and its record are; every action takes it. */
export const functionInputs = {
  function: {
    ...text({ text: 'Name of the Lambda function, when it differs from `app`.' }),
    type: 'name of a function',
    parse: matching(/^[\w-]{1,64}$/, 'is not the name of a function; give its name, not its ARN'),
  },
  alias: {
    ...text({ text: 'Alias of the Lambda function that callers name. What they send past it is not split.' }),
    type: 'name of an alias',
    parse: matching(/^(?!\d+$)[\w-]{1,128}$/, 'is not the name of an alias; callers have to name one, not a version'),
  },
  ...awsInputs,
};

export const versionInputs = {
  version: {
    ...text({
      text: 'Published version of the Lambda function that is released, by its number. Needed by the first step of a release; later steps go on with it.',
    }),
    type: 'number of a version',
    parse: matching(
      /^[1-9]\d{0,9}$/,
      'is not the number of a published version; publish one first (`aws lambda publish-version`), because $LATEST can change under a release',
    ),
  },
};

export const takeOverInput = {
  'take-over': flag({
    text: "Whether another run's release that is in flight is put back to make room for this one.",
    default: 'false',
  }),
};

const NEEDS = [...AWS_NEEDS, 'alias'] as const;

/** What is missing, because every platform's inputs are optional where another one may be meant. */
export const functionConflicts = (given: Given<typeof functionInputs>): Problem[] => missingInputs(given, NEEDS, 'aws-lambda');

/** By which post and every way back find the app. */
export const WHERE = Object.keys(functionInputs) as Array<keyof typeof functionInputs>;

/** As they are when `functionConflicts` has found nothing. */
export interface FunctionInputs {
  readonly app: string;
  readonly account?: string | undefined;
  readonly region?: string | undefined;
  readonly recordTable?: string | undefined;
  readonly apiUrl?: string | undefined;
  readonly function?: string | undefined;
  readonly alias?: string | undefined;
}

export interface Place extends AwsInputs {
  readonly app: string;
  readonly function: string;
  readonly alias: string;
}

/** @throws Error where an input is missing, which was refused when the inputs were read */
export function placeOf(inputs: FunctionInputs): Place {
  const { account, region, recordTable, alias, app, apiUrl } = inputs;
  if (account === undefined || region === undefined || recordTable === undefined || alias === undefined)
    throw new Error('an input of aws-lambda is missing');
  return { app, account, region, recordTable, alias, function: inputs.function ?? app, apiUrl };
}
