import { writeFileSync } from 'node:fs';
import { clientNetwork, nodeAddress } from '../bed/network.js';
import { run } from '../bed/run.js';

/** Larger than a /24: host-local hands out addresses round-robin, and one that comes back soon is still in its neighbours' ARP tables. */
export const podNetwork = '10.244.0.0/20';
/** The pods' bridge, which CNI finds ready, and its address, the pods' way out. */
export const bridge = 'cni0';
const bridgeAddress = '10.244.0.1';
const serviceNetwork = '10.96.0.0/16';

/** Settings of the network namespace; files below /proc/sys/net mean the namespace of whoever writes. */
const settings = {
  // From a pod by a ClusterIP to another pod: out over the bridge's address and back, with both directions seen by iptables.
  'ipv4/ip_forward': 1,
  'bridge/bridge-nf-call-iptables': 1,
  // A client that uses a port again must not meet the entry of a connection to a pod that is gone. In seconds; the defaults are 30 to 120.
  'netfilter/nf_conntrack_tcp_timeout_close': 1,
  'netfilter/nf_conntrack_tcp_timeout_close_wait': 5,
  'netfilter/nf_conntrack_tcp_timeout_fin_wait': 5,
  'netfilter/nf_conntrack_tcp_timeout_last_ack': 5,
  'netfilter/nf_conntrack_tcp_timeout_syn_sent': 5,
  'netfilter/nf_conntrack_tcp_timeout_time_wait': 5,
};

/** Gives the network namespace that we are in the addresses, the bridge and the routes of a node. */
export async function prepareNodeNetwork(): Promise<void> {
  const ip = (line: string) => run('ip', line.split(' '));
  for (const [name, value] of Object.entries(settings)) writeFileSync(`/proc/sys/net/${name}`, String(value));
  await ip(`address add ${nodeAddress}/32 dev lo`);
  await ip(`route add local ${clientNetwork} dev lo`);
  // With an address of its own: a bridge otherwise takes over that of a pod, and gives it up with the pod.
  await ip(`link add ${bridge} address 02:00:0a:f4:00:01 type bridge`);
  await ip(`address add ${bridgeAddress}/${podNetwork.split('/')[1]} dev ${bridge}`);
  await ip(`link set ${bridge} up`);
  // Without it a ClusterIP is unreachable from here: no route, so that iptables never sees the packet.
  await ip(`route add ${serviceNetwork} dev ${bridge} src ${bridgeAddress}`);
}
