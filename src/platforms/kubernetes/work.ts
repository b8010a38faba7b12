import type { Clock } from '../../kernel/clock.js';
import { formatDuration } from '../../kernel/duration.js';
import type { Log } from '../../kernel/log.js';
import type { ProveSplit, SplitProof } from '../../release/proof/prove-split.js';
import type { TrafficMeter } from '../../release/proof/silence.js';
import { pastTheSplit } from '../../release/proof/split-proof.js';
import type { MeasuredShare, Release, Step } from '../../release/record/record.js';
import type { Source } from '../../slo/source.js';
import type { Cluster } from './api/cluster.js';
import type { App } from './app/app.js';
import { canaryName } from './app/app.js';
import { canarySelector } from './canary-objects/canary-objects.js';
import type { Reading } from './evidence/evidence.js';
import type { FiguresMemory } from './evidence/figures.js';
import type { HeldApp } from './ledger/ledger.js';
import { kubernetesOf } from './memory.js';
import type { Wait } from './rollout/rollout.js';
import type { Router } from './router.js';

/** Everything a strategy works with while it holds the record. */
export interface Work {
  readonly app: App;
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly log: Log;
  readonly held: HeldApp;
  readonly router: Router;
  readonly proveSplit: ProveSplit;
  readonly meter: TrafficMeter;
  /** The canary's and stable's figures; pods that became ready less than this many milliseconds ago are left out. */
  readonly evidence: (reading: Reading) => Source;
  /** Where the figures are, for the record. */
  readonly figures: FiguresMemory;
  /** How long pods may take to become ready, in milliseconds. */
  readonly startTimeoutMs: number;
  /** Whether only the time limit ends a wait for pods, as on the way back. */
  readonly endures?: boolean;
  /** Page of the workflow run that this process belongs to. */
  readonly runUrl: string;
}

/** Writes the release with what is about to change; the effect comes after. */
export async function announce(work: Work, release: Release, changes: Partial<Release>): Promise<Release> {
  const next = { ...release, ...changes };
  await work.held.write(next);
  return next;
}

/** How a step went that gave canary pods traffic. */
export interface Served {
  /** When its pods got their traffic. */
  readonly servedSince: string;
  readonly proof: SplitProof;
}

/** Adds a step that is done to the release's list. */
export function withStep(work: Work, release: Release, served?: Partial<Served>): Pick<Release, 'steps'> {
  const { proof, servedSince } = served ?? {};
  const step: Step = {
    at: now(work),
    phase: release.phase,
    weight: release.weight,
    ...(servedSince !== undefined && { servedSince }),
    ...(proof?.share !== undefined && { measured: measuredShare(proof, proof.share, release.weight) }),
  };
  return { steps: [...release.steps, step] };
}

function measuredShare({ low, high, state, ...proof }: SplitProof, share: number, weight: number): MeasuredShare {
  const rounded = (percent: number) => Number(percent.toFixed(2));
  const past = pastTheSplit({ share, low, high }, weight);
  const isShort = state === 'short' || (state === 'proven' && proof.hasUncovered);
  return {
    share: rounded(share),
    low: rounded(low),
    high: rounded(high),
    proven: state === 'proven',
    ...(isShort && { uncovered: rounded(past.share) }),
  };
}

/** What was measured at the share that a step starts from; undefined when nothing was. */
export function measuredAt({ steps }: Pick<Release, 'steps'>, weight: number): MeasuredShare | undefined {
  const last = steps.at(-1);
  return last?.weight === weight ? last.measured : undefined;
}

export const now = ({ clock }: Pick<Work, 'clock'>): string => new Date(clock.now()).toISOString();

/** By the server's clock, in milliseconds since the epoch: what other runs, on other runners, will hold against theirs. */
export const serverMs = ({ clock, cluster }: Pick<Work, 'clock' | 'cluster'>): number => clock.now() + cluster.clockAheadMs;

/** For times that are compared with those of pods. */
export const serverNow = (work: Pick<Work, 'clock' | 'cluster'>): string => new Date(serverMs(work)).toISOString();

export const waitOf = ({ clock, log, held, startTimeoutMs, endures = false }: Work): Wait => ({
  clock,
  log,
  signal: held.signal,
  timeoutMs: startTimeoutMs,
  endures,
});

export const canaryTarget = ({ app, router }: Work, release: Release) => ({
  deployment: canaryName(app.name),
  labels: canarySelector(app, router.isolation),
  container: kubernetesOf(release).container,
  role: 'canary' as const,
});

/** A wait that is shorter needs no words. */
const SAY_FROM_MS = 1000;

/** Waits until the slowest proxy has surely acted on the last change of endpoints or weights. */
export async function settle({ clock, log, held, router }: Work): Promise<void> {
  const text = `Waiting ${formatDuration(router.settleMs)} for the slowest proxy: ${router.settleReason}.`;
  if (router.settleMs >= SAY_FROM_MS) log.info(text);
  else log.debug(text);
  await clock.sleep(router.settleMs, held.signal);
}
