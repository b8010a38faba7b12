/** `npm run test:world`: clusters, apps and people as they are, played by the sandbox. Releases take as long as there. */
export default {
  roots: ['<rootDir>/build'],
  testMatch: ['<rootDir>/build/test/world/**/*.test.js', '<rootDir>/build/test/faults/sabotage.test.js'],
  testEnvironment: 'node',
  testTimeout: 240_000,
  // They wait for releases most of the time.
  maxWorkers: 4,
  testSequencer: '<rootDir>/build/test/longest-first.js',
  transform: {},
};
