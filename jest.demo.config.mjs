/** `npm run test:demo`: every scenario of the demo, one after the other, as a user runs it. */
export default {
  roots: ['<rootDir>/build'],
  testMatch: ['<rootDir>/build/test/demo/demo.test.js'],
  testEnvironment: 'node',
  transform: {},
};
