import type { V1Deployment } from '@kubernetes/client-node';
import type { Revision } from '../../../release/record/record.js';
import type { Cluster } from '../api/cluster.js';
import { liveImageIn, templateOf } from '../app/app.js';
import { versionOf } from '../pods/pod-version.js';
import { forbidden } from '../survey/undo-survey.js';
import { revisionNumber } from './choose-revision.js';
import { revisionsOf } from './stable.js';

/** The version that stable ran before the present one. */
export interface FormerRevision {
  readonly revision: Revision;
  /** As `to-revision` takes it. */
  readonly number: number;
}

/** @returns undefined when stable has run no other version, or its history was cut */
export async function formerRevision(
  cluster: Cluster,
  stable: V1Deployment,
  container: string,
  signal: AbortSignal,
): Promise<FormerRevision | undefined> {
  const present = versionOf(templateOf(stable));
  const sets = await forbidden([], revisionsOf({ cluster, held: { signal } }, stable));
  for (const set of sets) {
    const template = set.spec?.template;
    if (template === undefined || versionOf(template) === present) continue;
    const templateHash = set.metadata?.labels?.['pod-template-hash'] ?? '';
    const revision = { image: liveImageIn(template, container), templateHash, version: versionOf(template) };
    return { revision, number: revisionNumber(set) };
  }
  return undefined;
}
