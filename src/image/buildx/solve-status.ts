/**
 * One line of `--progress=rawjson`: what changed since the line before (github.com/moby/buildkit, client/graph.go, SolveStatus).
 * Names are BuildKit's own; times are RFC 3339.
 */
export interface SolveStatus {
  readonly vertexes?: readonly Vertex[];
  readonly statuses?: readonly VertexStatus[];
  readonly logs?: readonly VertexLog[];
  readonly warnings?: readonly VertexWarning[];
}

/** One step of the build, as far as it got. */
export interface Vertex {
  readonly digest: string;
  readonly name: string;
  /** Digests of the steps whose results it takes. */
  readonly inputs?: readonly string[];
  readonly started?: string;
  readonly completed?: string;
  readonly cached?: boolean;
  readonly error?: string;
}

/** One thing that a step is busy with, such as a layer that is being pushed. */
export interface VertexStatus {
  readonly id: string;
  readonly vertex: string;
  readonly completed?: string;
}

/** What the process of a step printed; base64. */
export interface VertexLog {
  readonly vertex: string;
  readonly data: string;
  readonly timestamp: string;
}

/** Something that BuildKit's checks found in the Dockerfile; `short` and `detail` are base64. */
export interface VertexWarning {
  readonly vertex?: string;
  readonly short: string;
  readonly detail?: readonly string[];
  readonly url?: string;
  readonly sourceInfo?: { readonly filename?: string };
  readonly range?: ReadonlyArray<{ readonly start?: { readonly line?: number }; readonly end?: { readonly line?: number } }>;
}

/** @returns undefined when the line is not BuildKit's, such as the error that buildx prints last */
export function readSolveStatus(line: string): SolveStatus | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as SolveStatus;
  } catch {
    return undefined;
  }
}

export const fromBase64 = (text: string): string => Buffer.from(text, 'base64').toString('utf8');
