/** `npm run test:frameworks`: real frameworks behind the sandbox's pods; needs Java, Maven and Python besides. */
export default {
  roots: ['<rootDir>/build'],
  testMatch: ['<rootDir>/build/test/frameworks/**/*.test.js'],
  testEnvironment: 'node',
  testTimeout: 240_000,
  // Each file starts apps that take a core while they start.
  maxWorkers: 1,
  transform: {},
};
