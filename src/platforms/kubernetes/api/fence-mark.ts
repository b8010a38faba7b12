import type { V1ObjectMeta } from '@kubernetes/client-node';
import type { JsonPatchOperation } from './cluster.js';
import type { Fence } from './fence.js';

/** A label, because a Deployment's annotations are copied to its ReplicaSets, where they would stay (kubernetes, deployment_util.go). */
export const FENCE_LABEL = 'd9.dev/fence';
const PATH = `/metadata/labels/${FENCE_LABEL.replaceAll('/', '~1')}`;

interface Marked {
  readonly metadata?: V1ObjectMeta;
}

/**
 * Puts the holder's mark on an object, or tests that it still stands there. It belongs into the patch of every edit, together with the test of the
 * version that was read before the right was asked for.
 */
export function withMark(fence: Fence | undefined, { metadata }: Marked): JsonPatchOperation[] {
  if (!fence) return [];
  const standing = metadata?.labels?.[FENCE_LABEL];
  if (standing === fence.mark) return testOf(standing);
  if (metadata?.labels === undefined) return [{ op: 'add', path: '/metadata/labels', value: { [FENCE_LABEL]: fence.mark } }];
  return [...testOf(standing), { op: 'add', path: PATH, value: fence.mark }];
}

/** Whether the mark of this holder stands on an object, so that nobody has taken the right over since. */
export const isMarked = ({ mark }: Fence, { metadata }: Marked): boolean => metadata?.labels?.[FENCE_LABEL] === mark;

/** Takes whatever mark stands on an object away. */
export function withoutMark({ metadata }: Marked): JsonPatchOperation[] {
  const standing = metadata?.labels?.[FENCE_LABEL];
  return standing === undefined ? [] : [...testOf(standing), { op: 'remove', path: PATH }];
}

const testOf = (standing: string | undefined): JsonPatchOperation[] =>
  standing === undefined ? [] : [{ op: 'test', path: PATH, value: standing }];
