import { describe, expect, test } from '@jest/globals';
import type { V1Deployment, V1ReplicaSet } from '@kubernetes/client-node';
import fc from 'fast-check';
import { chooseRevision } from '../../../src/release/choose-revision.js';

const REVISION = 'deployment.kubernetes.io/revision';
const HISTORY = 'deployment.kubernetes.io/revision-history';

/** A Deployment whose revisions are numbered as its controller does it. */
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

  firstOf(image: string): number {
    return this.#numbers.get(image)?.[0] ?? 0;
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
    return chosen.spec?.template?.spec?.containers[0]?.image ?? '';
  }

  #set(image: string, numbers: readonly number[]): V1ReplicaSet {
    const former = numbers.slice(0, -1);
    const annotations = { [REVISION]: String(numbers.at(-1)), ...(former.length > 0 && { [HISTORY]: former.join(',') }) };
    return {
      metadata: { annotations },
      spec: { selector: {}, template: { spec: { containers: [{ name: 'app', image }] } } },
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

  test('ends what a killed step had begun', () => {
    expect(new Course('v1', 'v2', 'v1').choose('previous', true)).toBe('v1');
  });

  test('of the first one is an error', () => {
    expect(() => new Course('v1').choose('previous')).toThrow('has no revision before 1; it has 1.');
  });

  test('never leads to a version that came after the one that runs, however the versions followed each other', () => {
    const image = fc.constantFrom('v1', 'v2', 'v3', 'v4', 'v5');
    fc.assert(
      fc.property(fc.array(image, { minLength: 1, maxLength: 20 }), (images) => {
        const course = new Course(...images);
        // Each time to an older one, so that it comes to an end.
        for (let times = 0; times <= 5; times += 1) {
          let next: string;
          try {
            next = course.choose('previous');
          } catch (error) {
            expect(String(error)).toMatch(/has no revision before|has been brought back already/);
            return;
          }
          expect(course.firstOf(next)).toBeLessThan(course.firstOf(course.running));
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
    expect(() => new Course('v1', 'v2').choose(7)).toThrow('has no revision 7; it has 2, 1.');
  });
});
