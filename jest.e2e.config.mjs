/** `npm run test:e2e`: what carries traffic, and whole workflows by act, in the full bed. */
export default {
  roots: ['<rootDir>/build'],
  testMatch: ['<rootDir>/build/test/e2e/**/*.test.js'],
  testEnvironment: 'node',
  testTimeout: 300_000,
  // With a third, the clients' load, the pods and the engine's builds starve each other on two cores.
  maxWorkers: 2,
  testSequencer: '<rootDir>/build/test/longest-first.js',
  transform: {},
};
