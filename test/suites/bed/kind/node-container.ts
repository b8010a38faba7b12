import { apiServer, controllerManager, etcd, scheduler } from '../../../../testbed/bed/control-plane.js';
import { clientNetwork } from '../../../../testbed/bed/network.js';
import { run } from '../../../../testbed/bed/run.js';
import { readSite } from '../../../../testbed/bed/site.js';
import { realNode } from '../../../../testbed/real-node/part.js';

/**
 * What runs in a kind node's container: control plane and node. To be started in a network and a pid namespace of their own, where it stays
 * until it is killed. Argument: its directory, with site and identities in it.
 */
const [directory = ''] = process.argv.slice(2);
const site = await readSite(directory);
if (site === undefined) throw new Error(`There is no site in ${directory}.`);
for (const stage of [[etcd], [apiServer], [controllerManager, scheduler, realNode]])
  await Promise.all(stage.map((part) => part.start(site)));
// kind's node has no addresses for clients.
await run('ip', ['route', 'delete', 'local', clientNetwork, 'dev', 'lo']);
process.stdout.write('ready\n');
setInterval(() => undefined, 2 ** 30);
