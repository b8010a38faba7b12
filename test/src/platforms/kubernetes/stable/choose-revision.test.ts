import { describe, expect, test } from '@jest/globals';
import type { V1Deployment, V1ReplicaSet } from '@kubernetes/client-node';
import fc from 'fast-check';
import { chooseRevision } from '../../../../../src/platforms/kubernetes/stable/choose-revision.js';

const REVISION = 'deployment.kubernetes.io/revision';
const HISTORY = 'deployment.kubernetes.io/revision-history';

/** A Deployment whose revisions are numbered as its controller does it; `v1 restarted` is v1 after a restart. */
class Course {
  readonly #numbers = new Map<string, number[]>();
  #last = 0;
  running = '';

  constructor(...images: readonly string[]) {
    for (const image of images) this.deploy(image);
  }

  deploy(image: string): this {
    if (image === this.running) return this;
    this.#last += 1;
    this.#numbers.set(image, [...(this.#numbers.get(image) ?? []), this.#last]);
    this.running = image;
    return this;
  }

  /** Of the version, however often it was restarted. */
  firstOf(image: string): number {
    const [version = ''] = image.split(' ');
    return Math.min(...[...this.#numbers].filter(([other]) => other.split(' ')[0] === version).flatMap(([, numbers]) => numbers));
  }

  /** @param isCut a step of ours was killed in it */
  choose(wanted: 'previous' | number, isCut = false): string {
    const status = { updatedReplicas: 1, replicas: 1, availableReplicas: 1, readyReplicas: 1 };
    const deployment: V1Deployment = {
      metadata: {
        namespace: 'shop',
        name: 'restaurant',
        annotations: { [REVISION]: String(this.#last) },
        managedFields: isCut ? [{ manager: 'd9-actions' }] : [],
      },
      spec: { replicas: 1, selector: {}, template: {} },
      status,
    };
    const sets = [...this.#numbers]
      .map(([image, numbers]) => this.#set(image, numbers))
      .sort((a, b) => Number(b.metadata?.annotations?.[REVISION]) - Number(a.metadata?.annotations?.[REVISION]));
    const chosen = chooseRevision(deployment, sets, wanted, 'app');
    const { metadata, spec } = chosen.spec?.template ?? {};
    const restarted = metadata?.annotations?.['kubectl.kubernetes.io/restartedAt'];
    return `${spec?.containers[0]?.image}${restarted === undefined ? '' : ` ${restarted}`}`;
  }

  #set(image: string, numbers: readonly number[]): V1ReplicaSet {
    const former = numbers.slice(0, -1);
    const [version = '', ...restart] = image.split(' ');
    const marks = restart.length > 0 ? { 'kubectl.kubernetes.io/restartedAt': restart.join(' ') } : {};
    const labels = { 'pod-template-hash': image.replaceAll(' ', '') };
    const template = { metadata: { annotations: marks, labels }, spec: { containers: [{ name: 'app', image: version }] } };
    const annotations = { [REVISION]: String(numbers.at(-1)), ...(former.length > 0 && { [HISTORY]: former.join(',') }) };
    return {
      metadata: { annotations },
      spec: { selector: {}, template },
    };
  }
}

describe('`previous`', () => {
  test('is what ran before', () => {
    expect(new Course('v1', 'v2').choose('previous')).toBe('v1');
    expect(new Course('v1', 'v2', 'v3').choose('previous')).toBe('v2');
  });

  test('does not go forward to the version that was just taken back, and names what else there is', () => {
    const course = new Course('v1', 'v2', 'v3', 'v2');
    expect(() => course.choose('previous')).toThrow(
      'Deployment shop/restaurant has been brought back already, from revision 3 (v3) to 4 (v2), and `previous` would go forward to it again. ' +
        'Say which one you want with `to-revision`: 3 (v3), 1 (v1); or name the image with `to-image`. Nothing has been changed.',
    );
  });

  test('is the older one again when the newer was released anew', () => {
    expect(new Course('v1', 'v2', 'v1', 'v2').choose('previous')).toBe('v1');
    expect(new Course('v1', 'v2', 'v1', 'v3').choose('previous')).toBe('v1');
  });

  test('is another version, and a restart is none', () => {
    expect(new Course('v1', 'v2', 'v2 restarted').choose('previous')).toBe('v1');
    expect(new Course('v1', 'v2', 'v2 restarted', 'v1').choose(2)).toBe('v2');
    expect(() => new Course('v1', 'v2', 'v1', 'v1 restarted').choose('previous')).toThrow('has been brought back already');
    expect(() => new Course('v1', 'v1 restarted').choose('previous')).toThrow(
      'no revision of another version before 2; it has 2, 1. Name',
    );
  });

  test('ends what a killed step had begun', () => {
    expect(new Course('v1', 'v2', 'v1').choose('previous', true)).toBe('v1');
  });

  test('of the first one is an error', () => {
    expect(() => new Course('v1').choose('previous')).toThrow(
      'has no revision of another version before 1; it has 1. Name the image',
    );
  });

  test('never leads to a version that came after the one that runs, however the versions followed each other', () => {
    const image = fc.constantFrom('v1', 'v2', 'v3', 'v3 restarted', 'v2 restarted', 'v2 restarted again');
    fc.assert(
      fc.property(fc.array(image, { minLength: 1, maxLength: 20 }), (images) => {
        const course = new Course(...images);
        // Each time to an older one, so that it comes to an end.
        for (let times = 0; times <= 5; times += 1) {
          let next: string;
          try {
            next = course.choose('previous');
          } catch (error) {
            expect(String(error)).toMatch(/has no revision of another version before|has been brought back already/);
            return;
          }
          expect(course.firstOf(next)).toBeLessThan(course.firstOf(course.running));
          expect(next.split(' ')[0]).not.toBe(course.running.split(' ')[0]);
          course.deploy(next);
        }
        throw new Error('it never comes to an end');
      }),
    );
  });
});

describe('a number', () => {
  test('may be one that the revision had before it ran again, so that the same step again changes nothing', () => {
    const course = new Course('v1', 'v2', 'v1');
    expect([1, 2, 3].map((number) => course.choose(number))).toEqual(['v1', 'v2', 'v1']);
  });

  test('that is gone is refused with those that are there', () => {
    expect(() => new Course('v1', 'v2').choose(7)).toThrow('has no revision 7; it has 2, 1. Name the image');
  });
});

test('`previous` never stays with the version under another pod template: it names the revisions that have another image', () => {
  const set = (number: number, image: string, value: string) => ({
    metadata: { annotations: { [REVISION]: String(number) } },
    spec: { selector: {}, template: { spec: { containers: [{ name: 'app', image, env: [{ name: 'MENU', value }] }] } } },
  });
  const sets = [set(3, 'restaurant:v2', 'new'), set(2, 'restaurant:v2', 'old'), set(1, 'restaurant:v1', 'old')];
  const deployment = { metadata: { namespace: 'shop', name: 'restaurant', annotations: { [REVISION]: '3' } } };
  expect(() => chooseRevision(deployment, sets, 'previous', 'app')).toThrow(
    /2, has the same image, restaurant:v2[\s\S]*`to-revision: 1` \(restaurant:v1\); for that template say `to-revision: 2`/,
  );
  expect(chooseRevision(deployment, sets, 2, 'app')).toBe(sets[1]);
});
