/** A suite's test files, by folder below build/ or by file, and how long one test may take: a hang is found by it, and how busy the machine is decides nothing. */
const suite = (displayName, limitMs, places, others = []) => ({
  displayName,
  roots: ['<rootDir>/build'],
  testMatch: places.map((place) => `<rootDir>/build/${place.endsWith('.js') ? place : `${place}/**/*.test.js`}`),
  testPathIgnorePatterns: others.map((place) => `<rootDir>/build/${place}`),
  testEnvironment: 'node',
  setupFilesAfterEnv: ['<rootDir>/build/test/time-limit.js'],
  globals: { TEST_LIMIT_MS: limitMs, HAS_PACKAGES: displayName === 'aws' },
  transform: {},
});

// How many files run at a time is said where a suite is started, in package.json: jest takes that for a whole run only.
export default {
  testSequencer: '<rootDir>/build/test/longest-first.js',
  coverageProvider: 'v8',
  collectCoverageFrom: ['build/src/**/*.js', 'build/actions/**/*.js'],
  projects: [
    // `npm test`: needs no root, no Go, no server.
    suite(
      'unit',
      60_000,
      [
        'test/src',
        'test/actions',
        'test/contracts',
        'test/bench',
        'testbed',
        'test/suites/bundles',
        'test/suites/conformance',
        'test/suites/demo',
        'test/suites/docs',
        'test/suites/examples',
        'test/suites/faults',
        'test/suites/scripts',
      ],
      ['test/suites/faults/sabotage.test.js', 'test/suites/demo/demo.test.js', 'test/contracts/plan', 'test/contracts/platform'],
    ),
    // `npm run test:world`: clusters, apps and people as they are, played by the sandbox. Releases take as long as there.
    suite('world', 240_000, [
      'test/suites/world',
      'test/suites/faults/sabotage.test.js',
      'test/contracts/plan',
      'test/contracts/platform',
    ]),
    // `npm run test:aws`: what works on AWS, on moto, which comes from PyPI. One file at a time: locks end in a tenth of their time, on a busy machine too early.
    {
      ...suite('aws', 120_000, ['test/suites/aws', 'test/contracts/ledger', 'test/contracts/platform']),
      globalSetup: '<rootDir>/build/test/suites/aws/set-up.js',
    },
    // `npm run test:demo`: every scenario of the demo, one after the other, as a user runs it.
    suite('demo', 60_000, ['test/suites/demo/demo.test.js']),
    // `npm run test:frameworks`: real frameworks behind the sandbox's pods; needs Java, Maven and Python besides.
    suite('frameworks', 240_000, ['test/suites/frameworks']),
    // `npm run test:cluster`: what needs the control plane; one bed serves all, one namespace each. `conformance` asks it what it asks the sandbox.
    suite('cluster', 120_000, ['test/suites/cluster', 'test/suites/conformance']),
    // `npm run test:bed`: the test bed's own commands. They run outside of a bed, in namespaces of their own.
    { ...suite('bed', 300_000, ['test/suites/bed']), globalSetup: '<rootDir>/build/test/suites/bed/set-up.js' },
    // `npm run test:e2e`: what carries traffic, and whole workflows by act, in the full bed.
    suite('e2e', 300_000, ['test/suites/e2e']),
  ],
};
