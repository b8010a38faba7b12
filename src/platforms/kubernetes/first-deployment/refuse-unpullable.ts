import type { V1PodTemplateSpec } from '@kubernetes/client-node';
import { checkPullable } from '../../../image/reference.js';
import { UserError } from '../../../kernel/errors.js';

/**
 * The API server takes any text for an image, and the node would refuse it in the middle of the release.
 * @param path of the manifest
 * @throws UserError with every image that can't be one
 */
export function refuseUnpullable(template: V1PodTemplateSpec, path: string): void {
  const containers = [...(template.spec?.initContainers ?? []), ...(template.spec?.containers ?? [])];
  const flaws = containers.flatMap(({ name, image = '' }) => {
    if (image === '')
      return [`${path}: container ${name} has no image; write it there, or give that of the released container as \`image\``];
    try {
      checkPullable(image);
      return [];
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return [`${path}: image of container ${name}: ${error.message}`];
    }
  });
  if (flaws.length > 0) throw new UserError('image-not-pullable', `${flaws.join('\n')}. Nothing has been changed.`);
}
