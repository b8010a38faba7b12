import { describe, expect, test } from '@jest/globals';
import { UserError } from '../../../../../../src/kernel/errors.js';
import type { Cluster } from '../../../../../../src/platforms/kubernetes/api/cluster.js';
import type { HttpRoute, ParentRef, RouteParentStatus } from '../../../../../../src/platforms/kubernetes/api/http-route.js';
import { awaitAcceptance } from '../../../../../../src/platforms/kubernetes/routers/http-route/await-acceptance.js';
import { departureOf, liveShareOf } from '../../../../../../src/platforms/kubernetes/routers/http-route/departure.js';
import { settleReasonOf, settleTimeOf } from '../../../../../../src/platforms/kubernetes/routers/http-route/router.js';
import {
  refuseUnaccepted,
  silentParents,
  unacceptedBy,
} from '../../../../../../src/platforms/kubernetes/routers/http-route/status.js';
import { ManualClock } from '../../../../../manual-clock.js';
import { anySignal, RecordingLog } from '../../bed.js';

const TRAEFIK = 'traefik.io/gateway-controller';
const ENVOY = 'gateway.envoyproxy.io/gatewayclass-controller';

/** What a controller reports for a parent, of one generation. */
function report(
  parentRef: ParentRef,
  observedGeneration: number,
  more: { by?: string; resolved?: string; refusedFor?: string } = {},
): RouteParentStatus {
  const { by = TRAEFIK, resolved = 'True', refusedFor } = more;
  const condition = (type: string, status: string, reason = `${type}Reason`) => ({
    type,
    status,
    reason,
    message: 'said',
    observedGeneration,
  });
  return {
    parentRef,
    controllerName: by,
    conditions: [condition('Accepted', refusedFor ? 'False' : 'True', refusedFor), condition('ResolvedRefs', resolved)],
  };
}
const routeOf = (parentRefs: ParentRef[], parents: RouteParentStatus[]): HttpRoute => ({
  metadata: { name: 'menu', namespace: 'shop', generation: 7 },
  spec: { parentRefs, rules: [] },
  status: { parents },
});
const PUBLIC = { name: 'public' };
const OLD = { name: 'old-gateway' };

describe('a change of the route is accepted', () => {
  test.each([
    ['by its one Gateway', [PUBLIC], [report(PUBLIC, 7)], undefined],
    ['beside what is left of a former Gateway', [PUBLIC], [report(PUBLIC, 7), report(OLD, 1, { by: ENVOY })], undefined],
    [
      'beside what a former controller said of the same Gateway',
      [PUBLIC],
      [report(PUBLIC, 7), report(PUBLIC, 3, { by: ENVOY })],
      undefined,
    ],
    ['beside a former Gateway that refused', [PUBLIC], [report(PUBLIC, 7), report(OLD, 7, { resolved: 'False' })], undefined],
    [
      'where the parent is written with its defaults',
      [{ ...PUBLIC, group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace: 'shop' }],
      [report(PUBLIC, 7)],
      undefined,
    ],
    ['by each listener', [PUBLIC], [report({ ...PUBLIC, sectionName: 'http' }, 7)], undefined],
    ['by nobody', [PUBLIC], [], /no controller has reported on it for Gateway public/],
    ['by a former Gateway only', [PUBLIC], [report(OLD, 7)], /no controller has reported/],
    [
      'of an older generation',
      [PUBLIC],
      [report(PUBLIC, 6)],
      /Gateway public of traefik.io\/gateway-controller has not accepted generation 7/,
    ],
    [
      'by one of two Gateways',
      [PUBLIC, OLD],
      [report(PUBLIC, 7), report(OLD, 6, { by: ENVOY })],
      /Gateway old-gateway of gateway.envoy/,
    ],
    [
      'beside a Gateway to which it is not attached',
      [PUBLIC, OLD],
      [report(PUBLIC, 7), report(OLD, 7, { refusedFor: 'NotAllowedByListeners' })],
      undefined,
    ],
    [
      'by one of two, where the other refuses what its rules say',
      [PUBLIC, OLD],
      [report(PUBLIC, 7), report(OLD, 7, { refusedFor: 'UnsupportedValue' })],
      /Gateway old-gateway refuses it: Accepted is False, UnsupportedValue/,
    ],
    [
      'nowhere that it is attached to',
      [PUBLIC],
      [report(PUBLIC, 7, { refusedFor: 'NotAllowedByListeners' })],
      /Gateway public refuses it: Accepted is False, NotAllowedByListeners/,
    ],
    ['by the one Gateway that anybody serves', [PUBLIC, OLD], [report(PUBLIC, 7)], undefined],
    [
      'by another listener',
      [{ ...PUBLIC, sectionName: 'https' }],
      [report({ ...PUBLIC, sectionName: 'http' }, 7)],
      /no controller has reported/,
    ],
    [
      'where backends are missing',
      [PUBLIC],
      [report(PUBLIC, 7, { resolved: 'False' })],
      /Gateway public refuses it: ResolvedRefs is False/,
    ],
  ])('%s', (_how, parentRefs, parents, text) => {
    const answer = unacceptedBy(routeOf(parentRefs, parents), 7);
    if (text === undefined) expect(answer).toBeUndefined();
    else expect(answer?.text).toMatch(text);
  });

  test('and Gateways that nobody serves are named', () => {
    expect(silentParents(routeOf([PUBLIC, OLD], [report(PUBLIC, 7)]))).toEqual(['Gateway old-gateway']);
  });

  test('before the release: what a former Gateway said is not enough', () => {
    expect(() => refuseUnaccepted(routeOf([PUBLIC], [report(OLD, 7)]))).toThrow(
      /none has reported for a parent that it names now/,
    );
    expect(() => refuseUnaccepted(routeOf([PUBLIC], [report(PUBLIC, 6)]))).not.toThrow();
  });

  test('and waited for as long as those document who serve it now', () => {
    const moved = routeOf([PUBLIC], [report(PUBLIC, 7), report(OLD, 1, { by: ENVOY })]);
    expect(settleTimeOf(moved)).toBe(3000);
    expect(settleReasonOf(moved)).toContain(TRAEFIK);
    expect(settleReasonOf(routeOf([OLD], [report(OLD, 7, { by: ENVOY })]))).toContain(
      `no bound is documented for the proxies of ${ENVOY}`,
    );
  });
});

describe('acceptance is waited for', () => {
  /** A cluster whose watch shows these routes, each after so many milliseconds. */
  async function wait(clock: ManualClock, shown: ReadonlyArray<readonly [ms: number, route: HttpRoute]>) {
    const log = new RecordingLog();
    const until: Cluster['until'] = async (_kind, _selection, decide, { timeoutMs }, signal) => {
      for (const [ms, route] of shown) {
        await clock.sleep(ms, signal);
        const decided = decide([route as never]);
        if (decided !== undefined) return decided;
      }
      await clock.sleep(timeoutMs, signal);
      throw new Error('nothing more is shown');
    };
    const cluster = { namespace: 'shop', until } as unknown as Cluster;
    const waiting = awaitAcceptance(cluster, routeOf([PUBLIC], []), { clock, log, timeoutMs: 300_000 }, anySignal());
    return { outcome: await clock.until(waiting.catch((error: unknown) => error)), log };
  }

  test('from a slow controller, which is named meanwhile', async () => {
    const accepted = routeOf([PUBLIC], [report(PUBLIC, 7)]);
    const { outcome, log } = await wait(new ManualClock(), [
      [0, routeOf([PUBLIC], [report(PUBLIC, 6)])],
      [40_000, accepted],
    ]);
    expect(outcome).toBe(accepted);
    expect(log.lines[0]).toMatch(/HTTPRoute shop\/menu: Gateway public of traefik.* has not accepted generation 7 · 5s of 5m/);
    expect(log.lines.length).toBe(4);
  });

  test('from one that has not heard of the canary yet, and not from one that goes on refusing it', async () => {
    const refused = routeOf([PUBLIC], [report(PUBLIC, 7, { resolved: 'False' })]);
    const accepted = routeOf([PUBLIC], [report(PUBLIC, 7)]);
    expect(
      (
        await wait(new ManualClock(), [
          [0, refused],
          [4000, accepted],
        ])
      ).outcome,
    ).toBe(accepted);
    const clock = new ManualClock();
    const startedAt = clock.now();
    const { outcome } = await wait(clock, [[0, refused]]);
    expect(outcome).toBeInstanceOf(UserError);
    expect((outcome as UserError).message).toMatch(
      /The controller of HTTPRoute shop\/menu refuses it: Gateway public refuses it/,
    );
    expect(clock.now() - startedAt).toBeLessThan(15_000);
  });
});

describe('a route that is not as it was written', () => {
  const BACKENDS = { stable: 'menu', canary: 'menu-canary', namespace: 'shop' };
  const rule = (stable: number, canary: number) => ({
    backendRefs: [{ name: 'menu', weight: stable }, ...(canary > 0 ? [{ name: 'menu-canary', weight: canary }] : [])],
  });
  const entry = (manager: string, time: string, fields: object) => ({
    manager,
    operation: 'Apply',
    time: time as unknown as Date,
    fieldsV1: fields,
  });
  const rules = { 'f:spec': { 'f:rules': {} } };
  const route = (...all: Array<ReturnType<typeof rule>>): HttpRoute => ({
    metadata: {
      name: 'menu',
      namespace: 'shop',
      managedFields: [
        entry('kubectl', '2026-01-02T00:00:00Z', rules),
        entry('helm', '2026-01-02T00:05:00Z', rules),
        entry('envoy', '2026-01-02T00:09:00Z', { 'f:metadata': {} }),
        { ...entry('traefik', '2026-01-02T00:09:00Z', rules), subresource: 'status' },
        entry('d9-actions', '2026-01-02T00:08:00Z', rules),
      ],
    },
    spec: { rules: all },
  });

  test('is said with the rule, the share and who wrote it when', () => {
    expect(departureOf(route(rule(80, 20), rule(1, 0)), BACKENDS, 20)).toMatch(
      /HTTPRoute shop\/menu does not give the canary the 20 % that were written: rule 1 gives it 0 %. `helm` wrote its rules at 2026-01-02T00:05:00Z \(Apply\)/,
    );
    expect(departureOf(route(), BACKENDS, 20)).toContain('no rule leads to Service menu any more');
  });

  test('is nobody’s deed where only a release has written the rules', () => {
    const cut = { ...route(rule(80, 20)), metadata: { managedFields: [entry('d9-actions', '2026-01-02T00:08:00Z', rules)] } };
    expect(departureOf(cut, BACKENDS, 50)).toMatch(
      /rule 0 gives it 20 %. Nobody else has written its rules: the step that was to/,
    );
  });

  test('is none that gives the share in other numbers', () => {
    expect(departureOf(route(rule(80, 20), rule(800, 200)), BACKENDS, 20)).toBeUndefined();
    expect(departureOf(route(rule(1, 0)), BACKENDS, 0)).toBeUndefined();
    // Switched off by its owner.
    expect(departureOf(route(rule(80, 20), rule(0, 0)), BACKENDS, 20)).toBeUndefined();
  });

  test('has the share of the rule that differs most', () => {
    expect(liveShareOf(route(rule(80, 20), rule(1, 0)), BACKENDS, 20)).toBe(0);
    expect(liveShareOf(route(rule(80, 20)), BACKENDS, 20)).toBe(20);
  });
});
