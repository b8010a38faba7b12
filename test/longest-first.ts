/** What takes half a minute and more, in seconds on two cores. */
const SECONDS: Readonly<Record<string, number>> = {
  'e2e/losses': 473,
  'e2e/release': 274,
  'e2e/canary-release-example': 249,
  'e2e/argo-rollouts-functional': 246,
  'e2e/flagger': 233,
  'e2e/argo-rollouts-canary': 149,
  'e2e/build-image/push-faults': 134,
  'e2e/disturbances': 118,
  'e2e/router': 88,
  'e2e/real-pods': 82,
  'e2e/autoscaler': 79,
  'e2e/build-image/remote-builder': 51,
  'e2e/build-image/bake': 25,
  'e2e/build-image/size-budget': 23,
  'cluster/interruption': 123,
  'cluster/release': 117,
  'cluster/incumbent-failures': 115,
  'cluster/stable-held': 104,
  'cluster/gate': 91,
  'cluster/permissions': 81,
  'cluster/manifest': 74,
  'cluster/rollback': 58,
  'cluster/faults': 58,
  'cluster/coexistence': 55,
  'cluster/testers': 51,
  'cluster/start-failure': 45,
  'cluster/gate-inside': 39,
  'cluster/surroundings': 38,
  'bundles/record-on-sandbox': 64,
  'bundles/release-on-sandbox': 60,
  'bundles/gate-on-sandbox': 45,
  'faults/faults': 33,
  'faults/sabotage': 84,
  'world/post-on-sandbox': 150,
  'world/split-on-sandbox': 145,
  'world/lost-record-on-sandbox': 106,
  'world/frozen-on-sandbox': 100,
  'world/health-checks-on-sandbox': 78,
  'world/away-on-sandbox': 65,
  'world/promotion-on-sandbox': 45,
  'world/way-back-on-sandbox': 91,
  'world/rerun-on-sandbox': 110,
  'world/evidence-on-sandbox': 66,
  'world/unread-on-sandbox': 44,
  'world/live-on-sandbox': 102,
  'world/mirrors-on-sandbox': 37,
  'world/outputs-on-sandbox': 37,
};

interface TestFile {
  readonly path: string;
}

const secondsOf = ({ path }: TestFile): number =>
  SECONDS[/\/build\/test\/suites\/(.*)\.test\.js$/.exec(path.replaceAll('\\', '/'))?.[1] ?? ''] ?? 0;

/**
 * Jest's order of test files. By itself it begins with the largest ones on a machine that has not run them before, and a short file that waits
 * for releases then begins last and holds up the end. What jest asks of a sequencer: https://jestjs.io/docs/configuration#testsequencer-string
 */
export default class LongestFirst {
  sort<T extends TestFile>(tests: readonly T[]): T[] {
    return tests.toSorted((a, b) => secondsOf(b) - secondsOf(a));
  }

  /** For `--onlyFailures`, of which nothing is remembered. */
  allFailedTests<T extends TestFile>(tests: readonly T[]): T[] {
    return [...tests];
  }

  cacheResults(): void {}
}
