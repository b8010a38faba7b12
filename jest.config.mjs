/** `npm test`: needs no root, no Go, no server. The suites in test/cluster run on the real control plane, the demo by itself. */
export default {
  roots: ['<rootDir>/build'],
  testMatch: ['<rootDir>/build/test/**/*.test.js'],
  testPathIgnorePatterns: [
    '<rootDir>/build/test/cluster/',
    '<rootDir>/build/test/e2e/',
    '<rootDir>/build/test/frameworks/',
    '<rootDir>/build/test/world/',
    '<rootDir>/build/test/faults/sabotage.test.js',
    '<rootDir>/build/test/bed/',
    '<rootDir>/build/test/demo/demo.test.js',
  ],
  testEnvironment: 'node',
  // A hang is found by it; how busy the machine is decides nothing.
  testTimeout: 60_000,
  // The long ones wait for a release, not for the CPU: on two cores three workers take 153 s, two take 219 s.
  maxWorkers: 3,
  testSequencer: '<rootDir>/build/test/longest-first.js',
  transform: {},
  coverageProvider: 'v8',
  collectCoverageFrom: ['build/src/**/*.js', 'build/actions/**/*.js'],
};
