import type { Finding } from '../build-account.js';

/** Something that was found, without the file. */
export type RuleFinding = Omit<Finding, 'file'>;
