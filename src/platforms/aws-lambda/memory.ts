import { object, text } from '../../kernel/schema.js';
import type { PlatformMemory, PlatformOnRecord } from '../../release/platform.js';
import type { Release } from '../../release/record/record.js';

/** What a release of a Lambda function has to remember beside what every release does. */
export interface LambdaMemory {
  readonly function: string;
  readonly alias: string;
  /** The published version that the alias named when the release began. */
  readonly stable: string;
  /** The published version that is released. */
  readonly candidate: string;
}

/** As it stands on record. */
export const onLambda = (memory: LambdaMemory): PlatformMemory => ({ kind: 'aws-lambda', memory });

/** What is remembered of a release; its shape was checked when the record was read. */
export function lambdaOf({ platform }: Pick<Release, 'platform'>): LambdaMemory {
  if (platform.kind !== 'aws-lambda') throw new Error(`a release on ${platform.kind} has no alias`);
  return platform.memory as LambdaMemory;
}

/** AWS Lambda, as far as the record has to know it. */
export const awsLambda: PlatformOnRecord = {
  kind: 'aws-lambda',
  memory: object({ function: text, alias: text, stable: text, candidate: text }),
  strategies: [{ kind: 'canary', stages: [] }],
  ended: (memory) => memory,
  besides: () => undefined,
  shareOf: (_, weight) => weight,
};

/** A version as users know it from AWS: the qualified name of the function. */
export const nameOf = (name: string, version: string): string => `${name}:${version}`;
