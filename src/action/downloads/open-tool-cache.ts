import type { ToolCache } from './tool-cache.js';

/**
 * Few steps download anything, and the library brings a whole HTTP client with it, so it stands in a chunk of its own that is loaded on first use.
 * One specifier serves both places: the compiled file's neighbour (tests), and `dist/tool-cache/index.js` seen from `dist/<action>/index.js`.
 */
export async function openToolCache(): Promise<ToolCache> {
  const { toolCache } = await import('../tool-cache/index.js');
  return toolCache;
}
