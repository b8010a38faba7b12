import { type AliasConfiguration, GetAliasCommand, type LambdaClient, UpdateAliasCommand } from '@aws-sdk/client-lambda';
import { UserError } from '../../kernel/errors.js';
import { refuseOtherPlace } from '../aws/account.js';
import { type Asking, ask } from '../aws/ask.js';
import { isNamed } from '../aws/failures.js';
import type { Place } from './lambda-inputs.js';

/** Who gets the invocations that name an alias. */
export interface Traffic {
  /** The version that gets all but the weights. */
  readonly version: string;
  /** Another version's share, in percent. */
  readonly weights: Readonly<Record<string, number>>;
}

export interface Alias extends Traffic {
  /** Changes with each update: what every write is conditional on. */
  readonly revisionId: string;
}

const MISSING = 'ResourceNotFoundException';
const CHANGED = 'PreconditionFailedException';
const READ_BACK_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 1000;

const whereOf = ({ function: name, alias }: Pick<Place, 'function' | 'alias'>): string => `${name}:${alias}`;

/** @throws UserError when there is none, or it is in another account or region than the step names */
export async function readAlias(lambda: LambdaClient, place: Place, asking: Asking): Promise<Alias> {
  const question = { action: 'lambda:GetAlias', where: whereOf(place), expects: [MISSING] };
  try {
    const input = { FunctionName: place.function, Name: place.alias };
    const found = await ask(question, asking, (abortSignal) => lambda.send(new GetAliasCommand(input), { abortSignal }));
    refuseOtherPlace(found.AliasArn, place);
    return aliasOf(found);
  } catch (error) {
    if (!isNamed(error, MISSING)) throw error;
    throw new UserError(
      'lambda-alias-missing',
      `There is no function ${place.function} with an alias ${place.alias} in account ${place.account}, region ${place.region}. ` +
        'Correct `function` and `alias`, or create the alias on the version that serves now (aws lambda create-alias). Nothing has been changed.',
      { cause: error },
    );
  }
}

/** Weights are shares of 1 there, and percent here: 0.07 is no more 7 than 7.000000000000001 is. */
const aliasOf = ({ FunctionVersion = '', RoutingConfig, RevisionId = '' }: AliasConfiguration): Alias => ({
  version: FunctionVersion,
  weights: Object.fromEntries(
    Object.entries(RoutingConfig?.AdditionalVersionWeights ?? {})
      .filter(([, share]) => share > 0)
      .map(([version, share]) => [version, Number((share * 100).toFixed(4))]),
  ),
  revisionId: RevisionId,
});

export const isSameTraffic = (one: Traffic, other: Traffic): boolean =>
  one.version === other.version && JSON.stringify(one.weights) === JSON.stringify(other.weights);

export const describeTraffic = ({ version, weights }: Traffic): string => {
  const shares = Object.entries(weights).map(([other, share]) => `version ${other} (${share} %)`);
  return [`version ${version}`, ...shares].join(' and ');
};

/** Somebody has written the alias since it was read. */
export class AliasRaced extends Error {
  readonly now: Traffic;

  constructor(now: Traffic, options: ErrorOptions) {
    super(`Somebody else has written the alias: it names ${describeTraffic(now)} now`, options);
    this.now = now;
  }
}

/**
 * Writes the alias as a change of what was read, and of nothing else.
 * @throws AliasRaced when it is not what was read any more, and not what is asked for either
 */
export async function writeAlias(lambda: LambdaClient, place: Place, from: Alias, to: Traffic, asking: Asking): Promise<Alias> {
  const question = { action: 'lambda:UpdateAlias', where: whereOf(place), expects: [CHANGED] };
  const shares = Object.entries(to.weights).map(([version, share]) => [version, share / 100]);
  const input = {
    FunctionName: place.function,
    Name: place.alias,
    FunctionVersion: to.version,
    // Left out, the weights would stay as they are.
    RoutingConfig: { AdditionalVersionWeights: Object.fromEntries(shares) },
    RevisionId: from.revisionId,
  };
  try {
    return aliasOf(await ask(question, asking, (abortSignal) => lambda.send(new UpdateAliasCommand(input), { abortSignal })));
  } catch (error) {
    if (!isNamed(error, CHANGED)) throw error;
    const now = await readAlias(lambda, place, { ...asking, guard: undefined });
    // The first of two attempts has written it, and its answer was lost.
    if (isSameTraffic(now, to)) return now;
    throw new AliasRaced(now, { cause: error });
  }
}

/**
 * Reads until the alias is what was written: with provisioned concurrency AWS shifts by weights of its own for a while.
 * @throws UserError when it is something else after a minute
 */
export async function readBack(lambda: LambdaClient, place: Place, written: Traffic, asking: Asking): Promise<Alias> {
  const { clock, signal } = asking;
  const end = clock.now() + READ_BACK_WITHIN_MS;
  for (;;) {
    const found = await readAlias(lambda, place, asking);
    if (isSameTraffic(found, written)) return found;
    if (clock.now() >= end)
      throw new UserError(
        'lambda-alias-changed',
        `Alias ${whereOf(place)} was written as ${describeTraffic(written)}, and names ${describeTraffic(found)}: somebody else moves it.`,
      );
    await clock.sleep(LOOK_EVERY_MS, signal);
  }
}
