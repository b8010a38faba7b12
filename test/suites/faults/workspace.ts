import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SLO } from './scenarios.js';
import { MANIFESTS } from './simulation/app.js';

/** With the files that steps read, in a folder that is removed afterwards. */
export async function withWorkspace<T>(work: (workspace: string) => Promise<T>): Promise<T> {
  const workspace = mkdtempSync(path.join(tmpdir(), 'd9-faults-'));
  try {
    writeFileSync(path.join(workspace, 'slo.yml'), SLO);
    for (const [name, manifest] of Object.entries(MANIFESTS)) writeFileSync(path.join(workspace, name), manifest);
    return await work(workspace);
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
}
