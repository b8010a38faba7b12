import type { V1Deployment } from '@kubernetes/client-node';
import type { Clock } from '../../../kernel/clock.js';
import { DeadlineError } from '../api/cluster.js';

/** How long a rollout is waited for: its time begins anew whenever it gets further than ever, so that many pods may take as long as they need. */
export interface RolloutPatience {
  /** Takes note of how far the rollout is. */
  see(deployment: V1Deployment): void;
  /** Milliseconds since it last got further. */
  sinceProgress(): number;
  /** Asks again and again while the rollout gets further. @throws DeadlineError when it has stood still for the whole time */
  wait<T>(ask: (timeoutMs: number, attempt: number) => Promise<T>): Promise<T>;
}

export function rolloutPatience({ clock, timeoutMs }: { readonly clock: Clock; readonly timeoutMs: number }): RolloutPatience {
  let since = clock.now();
  let furthest: readonly number[] | undefined;
  const left = () => since + timeoutMs - clock.now();
  return {
    see({ metadata, status }) {
      // What is said of an older template tells nothing of this one.
      if ((status?.observedGeneration ?? 0) < (metadata?.generation ?? 0)) return;
      const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status ?? {};
      const older = replicas - updatedReplicas;
      // Each can grow only as often as there are pods; one that falls and rises again, as a crashing pod's does, is no progress.
      const now = [updatedReplicas, -older, availableReplicas - older];
      if (furthest?.some((best, index) => (now[index] ?? 0) > best)) since = clock.now();
      furthest = furthest ? furthest.map((best, index) => Math.max(best, now[index] ?? 0)) : now;
    },
    sinceProgress: () => clock.now() - since,
    async wait(ask) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await ask(Math.max(0, left()), attempt);
        } catch (error) {
          if (!(error instanceof DeadlineError) || left() <= 0) throw error;
        }
      }
    },
  };
}
