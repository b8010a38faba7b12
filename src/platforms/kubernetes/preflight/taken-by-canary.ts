import type { V1Deployment, V1ObjectMeta } from '@kubernetes/client-node';
import { type Problems, UserError } from '../../../kernel/errors.js';
import { isLeaving, keptBy } from '../api/leaving.js';
import { canaryName } from '../app/app.js';
import { isOfSuite } from '../canary-objects/canary-objects.js';
import { describeLost } from '../lost-record/lost-record.js';
import type { Survey } from '../survey/survey.js';

interface Named {
  readonly kind: string;
  readonly metadata?: V1ObjectMeta;
}

/**
 * Refuses a release whose canary's Deployment or Service is there already.
 * @param canary the Deployment of that name
 * @throws UserError for one that a release of the suite has left in the traffic: what else is wrong is that release's doing
 */
export function refuseTakenByCanary(
  { app, split, services }: Survey,
  canary: V1Deployment | undefined,
  problems: Problems,
): void {
  const name = canaryName(app.name);
  const service = services.find(({ metadata }) => metadata?.name === name);
  const there: Named[] = [
    ...(canary ? [{ ...canary, kind: 'Deployment' }] : []),
    ...(service && split.router.isolation === 'isolated' ? [{ ...service, kind: 'Service' }] : []),
  ];
  const staying = there.filter((object) => !isLeaving(object));
  refuseLeaving(app.namespace, there, problems);
  // That the route splits its traffic already is that release's doing, and not to be mended by hand.
  if (staying.length > 0 && staying.every(isOfSuite))
    throw new UserError(
      'record-lost',
      describeLost(
        app.namespace,
        app.name,
        staying.map(({ kind }) => kind),
      ),
    );
  if (staying.length > 0) {
    const [are, them, they] = staying.length > 1 ? ['are', 'them', 'they are'] : ['is', 'it', 'it is'];
    problems.add(
      'name-taken',
      `${staying.map(({ kind }) => kind).join(' and ')} ${app.namespace}/${name} ${are} there already, and no release on record made ${them}. ` +
        `See whose ${they} (kubectl describe), and delete ${them} if nobody needs ${them}.`,
    );
  }
}

/** Adds those that are being deleted and that somebody's finalizer keeps: their names are free only when they are gone. */
export function refuseLeaving(namespace: string, objects: readonly Named[], problems: Problems): void {
  for (const object of objects.filter(isLeaving))
    problems.add(
      'deletion-held-up',
      `${object.kind} ${namespace}/${object.metadata?.name} of an earlier release is being deleted, and ${keptBy(object)} keeps it; a release needs that name. ` +
        'Whoever put that there (a backup, cost or policy controller) has to let it go; wait for it, or take it off yourself (kubectl edit) if that controller is gone for good.',
    );
}
