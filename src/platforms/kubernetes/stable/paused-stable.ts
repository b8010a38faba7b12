import type { V1Deployment } from '@kubernetes/client-node';
import type { JsonPatchOperation } from '../api/cluster.js';
import { editObject } from '../api/edit-object.js';
import { DEPLOYMENT } from '../api/kinds.js';
import type { Work } from '../work.js';

/** On a Deployment that was paused and is let roll: it is paused again also when the step that let it roll is killed. */
const PAUSED = 'd9.dev/paused';
const MARK = `/metadata/annotations/${PAUSED.replaceAll('/', '~1')}`;

/** A paused Deployment would take a new template and never roll it out. */
export function letRoll({ metadata, spec }: V1Deployment): JsonPatchOperation[] {
  if (!spec?.paused) return [];
  return [
    ...(metadata?.annotations ? [] : [{ op: 'add', path: '/metadata/annotations', value: {} } as const]),
    { op: 'add', path: MARK, value: 'true' },
    { op: 'add', path: '/spec/paused', value: false },
  ];
}

/** Pauses stable's Deployment as it was before it was let roll, by this step or by one that was cut. */
export async function pauseAgain({ app, cluster, held }: Pick<Work, 'app' | 'cluster' | 'held'>): Promise<void> {
  const pause = ({ metadata }: V1Deployment): JsonPatchOperation[] =>
    metadata?.annotations?.[PAUSED] === undefined
      ? []
      : [
          { op: 'add', path: '/spec/paused', value: true },
          { op: 'remove', path: MARK },
        ];
  await editObject(cluster, DEPLOYMENT, app.deployment.metadata?.name ?? '', pause, held.signal);
}
