import { run } from '../../../testbed/bed/run.js';

/** Runs before the suites of `npm run test:bed`, in their own mount and pid namespaces, where /run still is the machine's. */
export default async function setUp(): Promise<void> {
  if (process.ppid !== 1)
    throw new Error('These suites compare a machine before and after: npm run test:bed gives them one of their own.');
  await run('mount', ['-t', 'tmpfs', 'tmpfs', '/run']);
}
