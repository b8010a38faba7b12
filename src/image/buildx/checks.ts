import type { Finding } from '../build-account.js';

/** What `--call=check,format=json` prints (github.com/moby/buildkit, frontend/subrequests/lint). */
export interface LintResults {
  /** Bake writes null for none. */
  readonly warnings?: ReadonlyArray<{
    readonly ruleName: string;
    readonly detail?: string;
    readonly description?: string;
    readonly url?: string;
    readonly location?: {
      readonly sourceIndex?: number;
      readonly ranges?: ReadonlyArray<{ readonly start?: { readonly line?: number } }>;
    };
  }> | null;
  readonly sources?: ReadonlyArray<{ readonly filename?: string }>;
}

/** @throws SyntaxError when it is something else than JSON */
export const readChecks = (printed: string): Finding[] => findingsIn(JSON.parse(printed) as LintResults);

export function findingsIn({ warnings, sources = [] }: LintResults): Finding[] {
  return (warnings ?? []).map(({ ruleName, detail, description, url, location }) => ({
    rule: ruleName,
    text: detail ?? description ?? '',
    ...(url ? { url } : {}),
    file: sources[location?.sourceIndex ?? 0]?.filename ?? 'Dockerfile',
    line: location?.ranges?.[0]?.start?.line,
  }));
}
