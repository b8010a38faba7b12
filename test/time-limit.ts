import { jest } from '@jest/globals';

// jest-circus heeds `testTimeout` at the top of the configuration alone (jestAdapterInit), so a project's would be passed over.
jest.setTimeout((globalThis as unknown as { readonly TEST_LIMIT_MS: number }).TEST_LIMIT_MS);
