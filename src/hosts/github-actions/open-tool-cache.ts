import type { ToolCache } from '../../kernel/tool-cache.js';

/** Few steps download anything, and the library brings a whole HTTP client with it, so it is loaded on first use. */
export async function openToolCache(): Promise<ToolCache> {
  const { toolCache } = await import('./tool-cache/index.js');
  return toolCache;
}
