import { PLATFORMS } from './platforms/index.js';

/** Where a step works that names no platform. The only file that knows which kinds there are. */
export const [platform] = PLATFORMS;
