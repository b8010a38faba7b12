import { spawnSync } from 'node:child_process';
import { fetchNodePrograms } from '../../../testbed/real-node/programs.js';
import { registry } from '../../../testbed/registry/part.js';

/**
 * `npm run test:bed`: runs the suites here in mount, pid and network namespaces of their own, so that what others do on the machine meanwhile is
 * not taken for what a bed left behind. tini is their first process: one that buries the dead, as a machine's does.
 */
const { tini } = await fetchNodePrograms();
// What a bed around a kind cluster needs besides: in there nothing can be fetched any more.
await registry.prepare?.();
const namespaces = ['--mount', '--pid', '--net', '--mount-proc', '--fork', '--kill-child'];
const jest = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];
const suites = [process.execPath, ...jest, '--selectProjects', 'bed', '--maxWorkers', '1', ...process.argv.slice(2)];
process.exitCode = spawnSync('unshare', [...namespaces, '--', tini, '--', ...suites], { stdio: 'inherit' }).status ?? 1;
