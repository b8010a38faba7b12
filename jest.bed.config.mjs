/** `npm run test:bed`: suites about the test bed's own commands. They run outside of a bed, in namespaces of their own, and one at a time. */
export default {
  roots: ['<rootDir>/build'],
  testMatch: ['<rootDir>/build/test/bed/**/*.test.js'],
  globalSetup: '<rootDir>/build/test/bed/set-up.js',
  testEnvironment: 'node',
  testTimeout: 300_000,
  maxWorkers: 1,
  transform: {},
};
