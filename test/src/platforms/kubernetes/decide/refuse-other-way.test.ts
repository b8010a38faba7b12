import { expect, test } from '@jest/globals';
import { refuseOtherWay, type WayAsked } from '../../../../../src/platforms/kubernetes/decide/refuse-other-way.js';
import type { Testers } from '../../../../../src/release/testers.js';
import { someMemory } from '../../../release/releases.js';

const byPods = { platform: someMemory({ router: { kind: 'replicas' } }) };
const byRoute = { platform: someMemory() };
const header: Testers = { header: { name: 'x-tester', value: 'yes' } };

test.each<[string, typeof byPods, WayAsked, Testers | undefined, RegExp]>([
  [
    'another route',
    byRoute,
    { router: 'auto', route: 'internal' },
    undefined,
    /by HTTPRoute restaurant.*`route: internal` can't/,
  ],
  ['no route', byRoute, { router: 'replicas' }, undefined, /by HTTPRoute restaurant.*`router: replicas` can't/],
  ['a route that came', byPods, { router: 'http-route' }, undefined, /by the ratio of pods.*`router: http-route` can't/],
  ['its name', byPods, { router: 'auto', route: 'restaurant' }, undefined, /`route: restaurant` can't/],
  ['testers that nothing tells apart', byPods, { router: 'auto' }, header, /`header` can't/],
])('a step that goes on by %s is refused before anything is changed', (_what, release, asked, testers, message) => {
  expect(() => refuseOtherWay(release, asked, testers)).toThrow(message);
  expect(() => refuseOtherWay(release, asked, testers)).toThrow(/Nothing has been changed\.$/);
});

test('one that says what the release began with, or nothing, goes on', () => {
  refuseOtherWay(byRoute, { router: 'http-route', route: 'restaurant' }, header);
  refuseOtherWay(byRoute, { router: 'auto' });
  refuseOtherWay(byPods, { router: 'replicas' });
  refuseOtherWay(byPods, { router: 'auto' }, {});
});
