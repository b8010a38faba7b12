import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface ErrorsObjective {
  /** Selector of the bad requests. */
  readonly bad?: string;
  readonly max?: string;
  /** Further lines of the objective. */
  readonly more?: string;
  /** Further lines of the file. */
  readonly compare?: 'stable';
}

/** An slo.yml with one objective, of the share of requests that fail, and no warm-up. */
export const errorsSlo = ({ bad = 'http_requests_total{status=~"5.."}', max = '1%', more, compare }: ErrorsObjective = {}) => `
objectives:
  - name: errors
    ratio: { bad: '${bad}', total: http_requests_total }
    max: ${max}
${more === undefined ? '' : `    ${more}\n`}${compare === undefined ? '' : `compare: ${compare}\n`}warm-up: 0s
`;

/** A workspace with these files, for the steps of one test file. */
export function sloWorkspace(files: Readonly<Record<string, string>>): { readonly directory: string; remove(): void } {
  const directory = mkdtempSync(join(tmpdir(), 'd9-slo-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return { directory, remove: () => rmSync(directory, { recursive: true }) };
}
