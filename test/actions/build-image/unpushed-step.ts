import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach } from '@jest/globals';
import { type FakeBuildx, fakeBuildx, recordedLog } from '../../src/image/fake-buildx.js';
import { runStep } from './run-step.js';

/** A fresh workspace and engine for each test; a test may put another engine in place. What is built is not pushed. */
export function unpushedSteps() {
  const start = () => ({ fake: fakeBuildx({ build: { metadata: {} } }), log: recordedLog() });
  const bed = {
    fake: undefined as unknown as FakeBuildx,
    log: recordedLog(),
    write: (name: string, content: string) => writeFileSync(join(bed.fake.environment.workspace, name), content),
    built: () => bed.fake.calls().filter(({ args }) => args[0] === 'build'),
    step(given: Record<string, string>, variables: Record<string, string> = {}) {
      const own = { ...bed.fake.environment, variables: { ...bed.fake.environment.variables, ...variables } };
      return runStep({ push: 'false', tags: 'ghcr.io/shop/app:1', ...given }, { environment: own, log: bed.log });
    },
  };
  beforeEach(() => void Object.assign(bed, start()));
  afterEach(() => bed.fake.remove());
  return bed;
}
