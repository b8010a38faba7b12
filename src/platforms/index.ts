import type { PlatformDescription } from '../release/platform.js';
import { kubernetes } from './kubernetes/index.js';

/** The platforms on which a release can be. */
export const PLATFORMS = [kubernetes] as const satisfies readonly PlatformDescription[];
