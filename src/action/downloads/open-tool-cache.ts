/** Programs that are fetched once and kept by the runner for later jobs (RUNNER_TOOL_CACHE). */
export interface ToolCache {
  /** @returns the directory of the tool; undefined when it was not fetched yet */
  find(tool: string, version: string): string | undefined;
  /**
   * Fetches a file; a failing server is asked three times.
   * @returns its path in the runner's temporary directory
   */
  download(url: string): Promise<string>;
  /** @returns the directory in which the file now lies, under the name of the tool */
  keep(file: string, tool: string, version: string): Promise<string>;
}

/**
 * Few steps download anything, and the library brings a whole HTTP client with it, so it stands in a chunk of its own that is loaded on first use.
 * One specifier serves both places: the compiled file's neighbour (tests), and `dist/tool-cache/index.js` seen from `dist/<action>/index.js`.
 */
export async function openToolCache(): Promise<ToolCache> {
  const { toolCache } = await import(/* webpackIgnore: true */ '../tool-cache/index.js');
  return toolCache;
}
