/** `npm run test:e2e`: whole workflows, by act, in a bed with an engine and a registry. */
export default {
  roots: ['<rootDir>/build'],
  testMatch: ['<rootDir>/build/test/e2e/**/*.test.js'],
  testEnvironment: 'node',
  testTimeout: 300_000,
  maxWorkers: 1,
  transform: {},
};
