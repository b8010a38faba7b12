import type { ProblemMeaning } from '../../kernel/errors.js';

/** What is wrong with the AWS account, the way into it, and the table of the records. */
export const AWS_PROBLEMS = {
  'aws-account-other': {
    means: 'The credentials belong to another account, or the function is in another account or region, than the step names.',
    remedy: 'Assume the role of the right account before this step, or correct `account` and `region`.',
  },
  'aws-credentials-refused': {
    means: 'No AWS credentials were found, or AWS does not accept them: they are wrong or expired.',
    remedy: 'Log in again in this job (aws-actions/configure-aws-credentials), shortly before this step.',
  },
  'aws-denied': {
    means: 'The role may not do something that the step needs: its policy, a boundary or a policy of the organization denies it.',
    remedy: 'Allow the action that the message names; docs/aws-lambda.md has the whole policy.',
  },
  'aws-refuses': {
    means: 'AWS refuses what the step asked for. The message has its words.',
    remedy: 'Mend what it says, and run the step again.',
  },
  'aws-throttled': {
    means: 'AWS went on throttling the requests of this account for as long as the step tried.',
    remedy: 'Run the step again when less is going on in the account.',
  },
  'aws-unreachable': {
    means: 'AWS can not be reached, or does not answer in time.',
    remedy: 'Check `region`, `api-url`, and whether this runner may reach it.',
  },
  'record-table-missing': {
    means: 'There is no DynamoDB table of the name in `record-table`.',
    remedy: 'Create it; the message has the command.',
  },
  'record-table-unfit': {
    means: 'The DynamoDB table has another key than records need, or the item of the app is not a record.',
    remedy: 'Use a table of its own, with the partition key `app` (text) and no sort key.',
  },
} as const satisfies Readonly<Record<string, ProblemMeaning>>;

declare module '../../kernel/errors.js' {
  interface ProblemCodes extends Record<keyof typeof AWS_PROBLEMS, true> {}
}
