/** `npm run test:cluster`: the suites that need the test bed; one bed serves them all, one namespace each. */
export default {
  roots: ['<rootDir>/build'],
  testMatch: ['<rootDir>/build/test/cluster/**/*.test.js', '<rootDir>/build/test/conformance/**/*.test.js'],
  testEnvironment: 'node',
  testTimeout: 120_000,
  maxWorkers: 2,
  transform: {},
};
