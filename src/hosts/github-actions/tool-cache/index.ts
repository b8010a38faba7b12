import { cacheFile, downloadTool, find } from '@actions/tool-cache';
import type { ToolCache } from '../../../kernel/tool-cache.js';

/** The only code that runs @actions/tool-cache; `open-tool-cache.ts` loads it when it is needed. */
export const toolCache: ToolCache = {
  find: (tool, version) => find(tool, version) || undefined,
  download: (url) => downloadTool(url),
  keep: (file, tool, version) => cacheFile(file, tool, tool, version),
};
