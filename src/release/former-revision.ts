import type { V1Deployment } from '@kubernetes/client-node';
import type { Cluster } from '../target/kubernetes/cluster.js';
import { liveImageIn, templateOf } from '../target/kubernetes/workload/app.js';
import { versionOf } from '../target/kubernetes/workload/pod-version.js';
import { revisionNumber } from './choose-revision.js';
import type { Revision } from './record.js';
import { revisionsOf } from './stable.js';
import { forbidden } from './undo-survey.js';

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
