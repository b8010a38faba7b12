import type { ProblemMeaning } from '../../kernel/errors.js';

/** What is wrong with a Lambda function, its versions and its alias. */
export const LAMBDA_PROBLEMS = {
  'lambda-alias-changed': {
    means: 'Somebody has changed the alias since the last step of this release. It is not written over.',
    remedy: 'End the release with `weight: 0` or the rollback action, and see who else moves the alias.',
  },
  'lambda-alias-missing': {
    means: 'There is no function of that name, or no alias of it.',
    remedy: 'Correct `function` and `alias`, or create the alias on the version that serves now.',
  },
  'lambda-alias-splits-already': {
    means: 'The alias shares its traffic already, by weights that no release on record has written.',
    remedy: 'Let whoever shifts it end, or take the weights away.',
  },
  'lambda-version-missing': {
    means: 'The function has no published version of that number.',
    remedy: 'Publish it first, and pass the number that the publication gives.',
  },
  'lambda-version-needed': {
    means: 'No release is in flight, so a version is needed to start one.',
    remedy: 'Set `version`.',
  },
  'lambda-version-unfit': {
    means: 'AWS can not share an alias between these two versions, or the new one does not run.',
    remedy: 'Give both the same execution role and the same dead-letter queue, and wait until the new one is Active.',
  },
  'no-slo-source': {
    means: 'There is nothing to judge by on this platform.',
    remedy: 'Leave `slo` and verify-slo out of the job.',
  },
} as const satisfies Readonly<Record<string, ProblemMeaning>>;

declare module '../../kernel/errors.js' {
  interface ProblemCodes extends Record<keyof typeof LAMBDA_PROBLEMS, true> {}
}
