import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { draw } from './drawing.js';
import { Explanation } from './explanation.js';
import { sparkline } from './sparkline.js';

const point = fc.record({ atMs: fc.integer({ min: -1000, max: 100_000 }), share: fc.double({ min: 0, max: 1, noNaN: true }) });
const points = fc.array(point, { maxLength: 20 });

test('whatever was seen is drawn inside of the picture, and no text becomes mark-up', () => {
  fc.assert(
    fc.property(points, points, fc.string(), (asked, bound, text) => {
      const drawn = { fromMs: 0, toMs: 60_000, asked, served: bound, bad: asked, bound, max: 0.02, ruleOut: 0.05 };
      const titled = (title: string) => draw({ ...drawn, title, marks: [{ atMs: 10, text: title }] });
      const svg = titled(text);
      for (const [, x, y] of svg.matchAll(/(-?[\d.]+),(-?[\d.]+)/g)) {
        expect(Number(x)).toBeGreaterThanOrEqual(0);
        expect(Number(x)).toBeLessThanOrEqual(960);
        expect(Number(y)).toBeGreaterThanOrEqual(0);
        expect(Number(y)).toBeLessThanOrEqual(620);
      }
      expect(svg).not.toContain('NaN');
      expect(svg.match(/<text/g)?.length).toBe(titled('').match(/<text/g)?.length);
    }),
  );
});

test('a share is a bar, the newest last, and a line has an end', () => {
  expect(sparkline([0, 0.1, 0.5, 1])).toBe('▁▁▅█');
  expect([...sparkline(Array.from({ length: 99 }, () => 1))]).toHaveLength(30);
});

test('requests are told with their purpose, looks at metrics are folded, and what is no error is said to be none', () => {
  const lines: string[] = [];
  const explanation = new Explanation((line) => lines.push(line.trim()));
  explanation.request('GET /apis/coordination.k8s.io/v1/namespaces/shop/leases/d9-restaurant: 404 after 3 ms');
  for (const ms of [7, 9])
    explanation.request(`GET /api/v1/namespaces/shop/pods/restaurant-${ms}:8080/proxy/metrics: 200 after ${ms} ms`);
  explanation.request('PATCH /apis/gateway.networking.k8s.io/v1/namespaces/shop/httproutes/restaurant: 422 after 2 ms');
  expect(lines).toEqual([
    'GET /apis/coordination.k8s.io/v1/namespaces/shop/leases/d9-restaurant: 404 after 3 ms – for the release record; there is none, which is looked for',
    'the metrics of 2 pods read 2 times, 7–9 ms each',
    'PATCH /apis/gateway.networking.k8s.io/v1/namespaces/shop/httproutes/restaurant: 422 after 2 ms – to split the traffic; a test of the patch did not hold: it is read, and written again where that is still needed',
  ]);
});
