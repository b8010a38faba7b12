import type { V1ObjectMeta } from '@kubernetes/client-node';
import type { JsonPatchOperation } from './cluster.js';
import type { Kind } from './kinds.js';

/**
 * The right to change an app's objects, which one process has at a time. A process that was stopped for a while may wake up after another has taken
 * its place: its changes must not be sent any more, and those that were on their way must be refused.
 */
export interface Fence {
  /** Stands on every object that its holder edits, so that a change by an earlier holder is refused. */
  readonly mark: string;
  /** Passes while the right is surely held, and throws when somebody else has it. */
  pass(): Promise<void>;
  /** Asks the server, whatever our own clock says: somebody else has changed an object since it was read. */
  confirm(): Promise<void>;
  /** Notes a change that is never answered: while it may be on its way the right is not given to anybody else. `pass` goes before each sending. */
  during<T>(change: (pass: () => Promise<void>) => Promise<T>, signal: AbortSignal): Promise<T>;
  /** Notes an object that this process has created, for the case that it no longer had the right when it did. */
  created(kind: Kind<unknown>, metadata: V1ObjectMeta | undefined): Promise<void>;
  /** Notes that the mark stands on an object, or no longer does. */
  stands(kind: Kind<unknown>, name: string, isThere: boolean): void;
}

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

/** Takes whatever mark stands on an object away. */
export function withoutMark({ metadata }: Marked): JsonPatchOperation[] {
  const standing = metadata?.labels?.[FENCE_LABEL];
  return standing === undefined ? [] : [...testOf(standing), { op: 'remove', path: PATH }];
}

const testOf = (standing: string | undefined): JsonPatchOperation[] =>
  standing === undefined ? [] : [{ op: 'test', path: PATH, value: standing }];
