/**
 * Starts the action of that name; `dist/<name>/index.js` does nothing else. All actions are bundled together, so that a runner fetches what they
 * share once, and each is loaded by itself, so that a step starts with its own code alone.
 */
export const start = (action: string): Promise<unknown> => import(`./${action}/index.js`);
