import type { PlatformDescription } from '../release/platform.js';
import { awsLambda } from './aws-lambda/index.js';
import { kubernetes } from './kubernetes/index.js';

/** The platforms on which a release can be. The first one is meant where none is named. */
export const PLATFORMS = [kubernetes, awsLambda] as const satisfies readonly PlatformDescription[];
