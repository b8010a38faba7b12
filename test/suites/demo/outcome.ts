import type { Report } from '../../../testbed/load/report.js';
import type { Played } from '../bundles/play-job.js';
import { type ByVersion, byVersion, type Detection } from './client-view.js';
import { OLD_TAG, REPOSITORY, type Scenario } from './scenarios.js';
import type { Stage } from './stage.js';

/** What `--json` prints. */
export interface Outcome {
  readonly scenario: string;
  /** Whether the release ended as the scenario says. */
  readonly ok: boolean;
  readonly steps: readonly StepOutcome[];
  readonly client: { readonly sent: number; readonly lost: number; readonly failed: number; readonly byVersion: ByVersion };
  /** Null when the new version gave no bad answer. */
  readonly detection: Detection | null;
  readonly finalImage: string;
  readonly releasePhase: string | null;
}

export interface StepOutcome {
  readonly action: string;
  /** In percent; null for a step that asks for none. */
  readonly weightAsked: number | null;
  /** What the action measured, in percent; null where it measured nothing. */
  readonly weightMeasured: number | null;
  /** What the client counted between the step's end and the next step's start. */
  readonly byVersion: ByVersion;
  readonly startedAt: string;
  readonly endedAt: string;
  /** Null for a step that gives none. */
  readonly verdict: string | null;
}

export interface Facts {
  readonly name: string;
  readonly scenario: Scenario;
  readonly played: readonly Played[];
  /** By step, in the order of `played` without posts. */
  readonly splits: readonly ByVersion[];
  readonly report: Report;
  readonly detection: Detection | null;
  readonly final: Awaited<ReturnType<Stage['read']>>;
}

/** @returns the outcome, and what is not as it should be */
export function conclude(facts: Facts): { readonly outcome: Outcome; readonly complaints: readonly string[] } {
  const { name, report, detection, final, played, splits } = facts;
  const complaints = complain(facts);
  const { sent, lost, failed } = report.total;
  const steps = played.filter(({ part }) => part === 'main').map((one, index) => stepOutcome(one, splits[index] ?? {}));
  return {
    complaints,
    outcome: {
      scenario: name,
      ok: complaints.length === 0,
      steps,
      client: { sent, lost, failed, byVersion: byVersion(report) },
      detection,
      finalImage: final.image,
      releasePhase: final.phase,
    },
  };
}

function stepOutcome({ step, startedAt, endedAt, end: { outputs } }: Played, split: ByVersion): StepOutcome {
  const figure = (text: string | undefined) => (text === undefined || text === '' ? null : Number(text));
  return {
    action: step.action,
    weightAsked: figure(step.inputs.weight),
    weightMeasured: figure(outputs['weight-measured']),
    byVersion: split,
    startedAt: startedAt.toISOString(),
    endedAt: endedAt.toISOString(),
    verdict: outputs.verdict || null,
  };
}

function complain({ scenario: { expected, tag }, played, splits, report, detection, final }: Facts): string[] {
  const image = `${REPOSITORY}:${expected.serves === 'new' ? tag : OLD_TAG}`;
  const failedPosts = played.filter(({ part, conclusion }) => part === 'post' && conclusion !== 'success');
  const checks: ReadonlyArray<readonly [boolean, string]> = [
    [report.total.lost === 0, describeLoss(report)],
    [final.phase === expected.phase, `the release is ${final.phase}, not ${expected.phase}`],
    [final.image === image, `stable runs ${final.image}, not ${image}`],
    [final.weight === 0, `the route still gives the canary weight ${final.weight}`],
    [final.leftovers.length === 0, `left behind: ${final.leftovers.join(', ')}`],
    [failedPosts.length === 0, `${failedPosts.map(({ step }) => step.name).join(', ')}: post failed`],
    [expected.detects === undefined || detection !== null, 'the client saw no bad answer'],
  ];
  const broken = checks.filter(([isFine]) => !isFine).map(([, complaint]) => complaint);
  return [...broken, ...complainOfSteps(expected, played), ...complainOfSplits(played, splits, tag)];
}

/** The machine's own part in a loss is told with it: a client that is late itself can't tell what others would have seen. */
function describeLoss({ total, reasons, lateness }: Report): string {
  const why = Object.entries(reasons).map(([reason, count]) => `${count} ${reason}`);
  const late =
    lateness.p99 > 1000
      ? `; this machine is too busy for the demo: requests were sent up to ${(lateness.max / 1000).toFixed(0)} s late`
      : '';
  return `${total.lost} requests were lost (${why.join(', ')})${late}`;
}

/** After a step that succeeded, the client must see the share that was asked for, but for chance: four standard deviations. */
function complainOfSplits(played: readonly Played[], splits: readonly ByVersion[], tag: string): string[] {
  const steps = played.filter(({ part }) => part === 'main');
  return steps.flatMap(({ step, conclusion }, index) => {
    const split = splits[index] ?? {};
    const total = Object.values(split).reduce((sum, count) => sum + count, 0);
    const asked = Number(step.inputs.weight);
    if (step.inputs.weight === undefined || conclusion !== 'success' || total === 0) return [];
    const seen = (100 * (split[tag] ?? 0)) / total;
    const tolerance = 4 * Math.sqrt((asked * (100 - asked)) / total);
    if (Math.abs(seen - asked) <= tolerance) return [];
    return [
      `${step.name}: the client saw ${seen.toFixed(1)} % of ${total} requests on the new version, where ${asked} % was asked for`,
    ];
  });
}

/** Every step succeeds up to the one that is to stop, which says why; what runs after it succeeds again. */
function complainOfSteps({ stops }: Scenario['expected'], played: readonly Played[]): string[] {
  const steps = played.filter(({ part }) => part === 'main');
  const others = steps.filter(({ step, conclusion }) => step.name !== stops?.step && conclusion !== 'success');
  const complaints = others.map(({ step, conclusion }) => `${step.name}: ${conclusion}`);
  if (stops === undefined) return complaints;
  const stopped = steps.find(({ step }) => step.name === stops.step);
  if (stopped === undefined) return [...complaints, `${stops.step} did not run`];
  const { end, conclusion } = stopped;
  const said = end.errors.join('\n');
  const verdict = end.outputs.verdict ?? '';
  if (conclusion !== stops.conclusion) complaints.push(`${stops.step}: ${conclusion}, not ${stops.conclusion}`);
  if (!stops.says.test(said)) complaints.push(`${stops.step} does not say ${stops.says}: ${said}`);
  if (stops.verdicts && !stops.verdicts.includes(verdict))
    complaints.push(`${stops.step}: verdict ${verdict}, not ${stops.verdicts.join(' or ')}`);
  return complaints;
}
