import type { V2HorizontalPodAutoscaler } from '@kubernetes/client-node';
import { UserError } from '../../../kernel/errors.js';
import type { Log } from '../../../kernel/log.js';
import { type Manager, managerOf } from '../surroundings/managed-by.js';
import type { Survey } from './survey.js';

interface Managed extends Pick<Survey, 'app'> {
  readonly split?: Survey['split'] | undefined;
  /** One whose minimum the release raises. */
  readonly autoscaler?: V2HorizontalPodAutoscaler | undefined;
}

/** The objects of a release that something else keeps as Git has them. */
function managedObjects({ app, split, autoscaler }: Managed): Array<{ object: string; manager: Manager }> {
  const objects = [
    { object: `Deployment ${app.namespace}/${app.deployment.metadata?.name}`, manager: managerOf(app.deployment.metadata) },
    ...(split?.seen
      ? [
          {
            object: `${split.router.noun} ${app.namespace}/${split.seen.metadata?.name}`,
            manager: managerOf(split.seen.metadata),
          },
        ]
      : []),
    ...(autoscaler
      ? [
          {
            object: `HorizontalPodAutoscaler ${app.namespace}/${autoscaler.metadata?.name}, whose minReplicas the release raises,`,
            manager: managerOf(autoscaler.metadata),
          },
        ]
      : []),
  ];
  return objects.flatMap(({ object, manager }) => (manager ? [{ object, manager }] : []));
}

/** @throws UserError for objects that a GitOps tool would write back in the middle of the release, unless the user knows */
export function refuseManaged(found: Managed, policy: 'fail' | 'warn', log: Log): void {
  const managed = managedObjects(found).map(
    ({ object, manager: { tool, mark } }) => `${object} is managed by ${tool} (${mark}).`,
  );
  if (managed.length === 0) return;
  const text =
    `${managed.join('\n')}\nIt may write its own version back in the middle of the release. ` +
    'Let it ignore the weights, the image and minReplicas, or suspend it (docs/gitops.md)';
  if (policy === 'fail') throw new UserError('managed-by-gitops', `${text}, then set \`managed-by: warn\`.`);
  log.warning(`${text}.`);
}

/** After a release: what Git must say, lest the next sync undoes it. */
export function tellGit(found: Managed, image: string, log: Log): void {
  const [deployment] = managedObjects({ app: found.app });
  if (!deployment) return;
  log.warning(
    `${deployment.object} runs ${image} now, and ${deployment.manager.tool} does not know. Write this image where ${deployment.manager.tool} takes it from, or its next run brings the other one back.`,
  );
}
