import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kubernetes } from '../../../src/platforms/kubernetes/index.js';
import type { Release } from '../../../src/release/record/record.js';
import { shareLine } from '../../../src/release/standing/share-line.js';
import { leadingObjective, parseEvidenceLine } from '../../../src/slo/evidence/evidence-line.js';
import { replay } from '../../../src/slo/evidence/replay.js';
import { readSlo } from '../../../src/slo/file/read-slo.js';
import { termsIn } from '../../../src/slo/gate/need.js';
import type { Report } from '../../../testbed/load/report.js';
import type { Played } from '../bundles/play-job.js';
import type { Drawn, Point } from './drawing.js';

interface Seen {
  readonly title: string;
  /** The version that is released, as the client names it. */
  readonly version: string;
  readonly played: readonly Played[];
  readonly report: Report;
  /** As it is on record in the end; undefined when nothing was. */
  readonly release: Release | undefined;
  /** Where the steps ran: it has slo.yml, and the evidence that they recorded. */
  readonly workspace: string;
}

/** Puts together what the client counted, what is on record, and what the gate saw. */
export function drawnRelease({ title, version, played, report, release, workspace }: Seen): Drawn {
  const slo = readSlo(readFileSync(join(workspace, 'slo.yml'), 'utf8'), 'slo.yml');
  const objective = leadingObjective(slo);
  return {
    title,
    fromMs: report.startedAt,
    toMs: report.endedAt,
    asked: [
      { atMs: report.startedAt, share: 0 },
      ...(release ? shareLine(release, kubernetes).map(({ atMs, share }) => ({ atMs, share: share / 100 })) : []),
    ],
    served: report.seconds.flatMap(({ at, total, versions }) =>
      total.sent === 0 ? [] : [{ atMs: at, share: (versions[version]?.sent ?? 0) / total.sent }],
    ),
    ...evidenceIn(join(workspace, 'evidence.jsonl'), slo),
    max: objective?.max ?? 0,
    ruleOut: objective?.ruleOut ?? 0,
    marks: played
      .filter(({ part }) => part === 'main')
      .map(({ step, startedAt }) => ({ atMs: startedAt.getTime(), text: markOf(step) })),
  };
}

const markOf = ({ action, inputs }: Played['step']): string => (inputs.weight === undefined ? action : `${inputs.weight} %`);

/** What the gate had counted after each look, and what it had excluded by then. */
function evidenceIn(file: string, slo: ReturnType<typeof readSlo>): Pick<Drawn, 'bad' | 'bound'> {
  const objective = leadingObjective(slo);
  if (objective === undefined || !existsSync(file)) return { bad: [], bound: [] };
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  const bound = [...replay(lines, () => termsIn(slo, objective), objective.name, file)].map(
    ({ t, upper }): Point => ({ atMs: 1000 * t, share: upper }),
  );
  let [good, wrong] = [0, 0];
  const bad = lines.flatMap((text): Point[] => {
    const { t, canary } = parseEvidenceLine(text, file);
    good += canary.good;
    wrong += canary.bad;
    return good + wrong === 0 ? [] : [{ atMs: 1000 * t, share: wrong / (good + wrong) }];
  });
  return { bad, bound };
}
