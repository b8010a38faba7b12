import { randomBytes } from 'node:crypto';

/** A short random word for ids and lock holders. */
export const freshNonce = (): string => randomBytes(4).toString('hex');
