/** `npm run test:cluster`: the suites that need the test bed; one bed serves them all, one namespace each. */
export default {
  roots: ['<rootDir>/build'],
  testMatch: ['<rootDir>/build/test/cluster/**/*.test.js', '<rootDir>/build/test/conformance/**/*.test.js'],
  testEnvironment: 'node',
  testTimeout: 120_000,
  // They wait for the cluster most of the time.
  maxWorkers: 3,
  testSequencer: '<rootDir>/build/test/longest-first.js',
  transform: {},
};
