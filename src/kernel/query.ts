/** What a short command printed. */
export interface QueryResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Asks a program something that it answers at once. What may take long, or start others, goes by `src/image/process.ts`.
 * @param file absolute path of the executable
 * @param variables the whole environment of the process
 */
export type Query = (
  file: string,
  args: readonly string[],
  variables: Readonly<Record<string, string | undefined>>,
) => Promise<QueryResult>;

export const query: Query = async (file, args, variables) => {
  const env = Object.fromEntries(Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined));
  // Loaded by the first question: a step that asks none starts without it.
  const { getExecOutput } = await import('@actions/exec');
  // A command line is what @actions/exec takes: the quotes keep a path with blanks in one piece.
  const { exitCode, stdout, stderr } = await getExecOutput(`"${file}"`, [...args], { env, silent: true, ignoreReturnCode: true });
  return { code: exitCode, stdout, stderr };
};
