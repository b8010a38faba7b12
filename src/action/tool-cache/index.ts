import { cacheFile, downloadTool, find } from '@actions/tool-cache';
import type { ToolCache } from '../downloads/tool-cache.js';

/** The only code that runs @actions/tool-cache. Bundled by itself as `dist/tool-cache/index.js`; see downloads/open-tool-cache.ts. */
export const toolCache: ToolCache = {
  find: (tool, version) => find(tool, version) || undefined,
  download: (url) => downloadTool(url),
  keep: (file, tool, version) => cacheFile(file, tool, tool, version),
};
