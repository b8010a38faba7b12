/** `npm run test:e2e`: what carries traffic, and whole workflows by act, in the full bed. */
export default {
  roots: ['<rootDir>/build'],
  testMatch: ['<rootDir>/build/test/e2e/**/*.test.js'],
  testEnvironment: 'node',
  testTimeout: 300_000,
  maxWorkers: 3,
  testSequencer: '<rootDir>/build/test/longest-first.js',
  transform: {},
};
