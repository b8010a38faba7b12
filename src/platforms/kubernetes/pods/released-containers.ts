import type { V1Container, V1PodSpec, V1PodTemplateSpec } from '@kubernetes/client-node';
import { isSameImage } from '../../../image/image-identity.js';

const LISTS = ['initContainers', 'containers'] as const;

/** A container of a pod template, and where it stands. */
export interface PlacedContainer {
  readonly list: (typeof LISTS)[number];
  readonly index: number;
  readonly name: string;
  readonly image: string;
}

/** Every container of a pod template, in the order in which they start. */
export const containersOf = ({ spec }: V1PodTemplateSpec): PlacedContainer[] =>
  LISTS.flatMap((list) => (spec?.[list] ?? []).map(({ name, image = '' }, index) => ({ list, index, name, image })));

/**
 * The containers that are of the released version: the one that is named, and whichever runs the same image, such as a migration before it starts.
 * Half of a version beside the other half of another is none that anybody has tested.
 */
export function releasedContainers(template: V1PodTemplateSpec, container: string): PlacedContainer[] {
  const all = containersOf(template);
  const named = all.find(({ list, name }) => list === 'containers' && name === container);
  return named ? all.filter((each) => each === named || isSameImage(each.image, named.image)) : [];
}

/** The pod spec with another image in the containers that are released. */
export function withReleasedImage(template: V1PodTemplateSpec, container: string, image: string): V1PodSpec {
  const released = releasedContainers(template, container);
  const replaced = (list: PlacedContainer['list']): V1Container[] | undefined =>
    template.spec?.[list]?.map((each, index) =>
      released.some((other) => other.list === list && other.index === index) ? { ...each, image } : each,
    );
  const initContainers = replaced('initContainers');
  return { ...template.spec, ...(initContainers && { initContainers }), containers: replaced('containers') ?? [] };
}
