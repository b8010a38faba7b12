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
