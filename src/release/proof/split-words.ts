import { UserError } from '../../kernel/errors.js';
import type { Log } from '../../kernel/log.js';
import { type Measured, pastTheSplit, type SplitCounts, type SplitEstimate } from './split-proof.js';

/** What a user says of requests that reach stable on other ways than the split. */
export interface UncoveredOptions {
  /** Their share of all requests, in percent, that is expected. */
  readonly declared: number;
  /** What more than that is: something to know, or a reason to fail. */
  readonly onMore: 'warn' | 'fail';
  /** The ways that are known, by name. */
  readonly ways: readonly string[];
}

/** What only the platform knows of the ways that requests take there. */
export interface SplitAdvice {
  /** What to look for where the share is not the one that was written: whole sentences. */
  readonly notFollowed: string;
  /** Who may come past the split besides the ways that are known, after `by`. */
  readonly unseenWays: string;
  /** Who may come past it where no way is known, after `by`. */
  readonly anyWay: string;
}

/** What stands in the way of a proof. */
export interface Obstacle {
  /** Of reading the pods. */
  readonly problems: readonly string[];
  /** What makes so much of the canary's traffic that its share can't be seen. */
  readonly besides?: Besides | undefined;
}

/** Who sends requests to the canary that are not its share. */
export interface Besides {
  /** Goes on: `1 of 2 requests went to the canary, and`. */
  readonly text: string;
  readonly remedy: string;
}

const TESTERS: Besides = {
  text: 'the testers among them, who can not be told apart, are too many',
  remedy: 'Lead fewer testers to the canary',
};

/** Requests that reach the canary besides its share make it more, which a router that follows the weight can't help. */
export function besidesShare(hasTesters: boolean, leaking: readonly string[]): Besides | undefined {
  if (leaking.length === 0) return hasTesters ? TESTERS : undefined;
  const lead = leaking.length > 1 ? 'lead to its pods' : 'leads to its pods';
  return {
    text: `those by ${leaking.join(', ')}, which ${lead} too and can not be told apart, come whatever the weight`,
    remedy: `Take the canary's pods out of ${leaking.join(' and ')}`,
  };
}

/** Whole pods make shares such as 16.666… %. */
export const percent = (share: number): string => String(Number(share.toFixed(1)));

export const describeSplit = ({ share, low, high }: SplitEstimate, { canary, total }: SplitCounts): string =>
  share === undefined
    ? 'no request counted'
    : `${canary} of ${total} requests went to the canary, ${share.toFixed(1)} % (99 % interval ${low.toFixed(1)}–${high.toFixed(1)} %)`;

/**
 * A share that is lower than asked for is proven where that much was declared to come past the split.
 * @param caution why the requests may not be users'
 */
export function tellProven(
  split: SplitEstimate & SplitCounts,
  asked: number,
  caution: string | undefined,
  log: Pick<Log, 'info' | 'warning'>,
): void {
  if (caution !== undefined) log.warning(`Caution: ${caution}.`);
  const { share = 0, high } = split;
  const past =
    high < asked ? `, about ${percent(pastTheSplit({ ...split, share }, asked).share)} % come past the split, as declared` : '';
  log.info(`Proven: ${describeSplit(split, split)}; ${percent(asked)} % was asked for${past}.`);
}

/** @param problems what the canary's pods and stable's could not tell */
export function contradiction(
  split: SplitEstimate & SplitCounts,
  asked: number,
  problems: readonly string[],
  advice: SplitAdvice,
): UserError {
  const [unseen] = problems.flatMap((problem) => /no series matches (\S+?)[:;,]?(?:\s|$)/.exec(problem)?.[1] ?? []);
  if (unseen !== undefined && split.canary === 0)
    return new UserError(
      'canary-not-counted',
      `No request of the canary was seen: ${percent(asked)} % was written and accepted, but ${describeSplit(split, split)}, and no page of it has ${unseen}. ` +
        'Either its version counts its requests under another name than stable (`request-metric`), or is another app altogether; or the router does not follow the weight.',
    );
  return new UserError(
    'split-not-followed',
    `The router does not follow the weight: ${percent(asked)} % was written and accepted, but ${describeSplit(split, split)}. ${advice.notFollowed}`,
  );
}

/** @throws UserError when a proof is required */
export function tellUnproven(
  split: SplitEstimate & SplitCounts,
  asked: number,
  demand: 'expected' | 'required',
  { problems, besides }: Obstacle,
  log: Pick<Log, 'warning'>,
): void {
  const seen = split.total === 0 ? 'no request was seen' : `only ${describeSplit(split, split)} was seen`;
  const why = besides ? `${describeSplit(split, split)}, and ${besides.text}` : (problems[0] ?? seen);
  const text = `The split could not be proven: ${why}.`;
  if (demand === 'required')
    throw new UserError(
      'split-not-proven',
      `${text} \`prove: required\` asks for a proof. ${besides?.remedy ?? 'Send traffic'}, or set \`prove: expected\`.`,
    );
  log.warning(`${text} Going on without proof that ${percent(asked)} % of the traffic is on the canary.`);
}

/**
 * Less than the share, as requests past the split explain it: a right split looks so, and must not be put back for it.
 * @throws UserError when the user wants none of it, or a proof
 */
export function tellShort(
  split: Measured & SplitEstimate & SplitCounts,
  asked: number,
  demand: 'expected' | 'required',
  { declared, onMore, ways, advice }: UncoveredOptions & { readonly advice: SplitAdvice },
  log: Pick<Log, 'warning'>,
): void {
  const past = pastTheSplit(split, asked);
  const seen = `${percent(asked)} % was asked for, and ${describeSplit(split, split)}`;
  const more = declared > 0 ? `, more than the ${percent(declared)} % of \`uncovered\`` : '';
  const by = ways.length > 0 ? `${ways.join(', ')}, by ${advice.unseenWays}` : advice.anyWay;
  const text =
    `About ${percent(past.share)} % of the requests reach stable past the split (${interval(past)})${more}: ${seen}. ` +
    `They come by ${by}, or from clients that a session keeps on stable.`;
  const remedy = `Lead them through the route, or declare them with \`uncovered: ${Math.min(99, Math.ceil(past.high))} %\``;
  if (onMore === 'fail')
    throw new UserError('traffic-uncovered', `${text} \`on-uncovered: fail\` allows no more than is declared. ${remedy}.`);
  if (demand === 'required')
    throw new UserError(
      'split-not-proven',
      `${text} So the share is not proven, and \`prove: required\` asks for a proof. ${remedy}.`,
    );
  log.warning(
    `${text} ${asked === 100 ? 'They go on to stable whatever the weight.' : 'Of the others the canary has its share.'} ${remedy}.`,
  );
}

const interval = ({ low, high }: Measured): string => `99 % interval ${percent(low)}–${percent(high)} %`;
