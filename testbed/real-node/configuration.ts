import { kubeconfigFile } from '../bed/identities.js';
import { nodeAddress } from '../bed/network.js';
import { bridge, podNetwork } from './network.js';
import { pauseImage } from './pause-image.js';

export const nodeName = 'node-1';
export const containerdSocket = '/run/containerd/containerd.sock';
/** Where the node keeps its configuration, in its own /run. */
export const configurationDirectory = '/run/node';

/** Directories that the node has of its own, on a tmpfs: it must find nothing of the machine's there, and leave nothing. */
export const hiddenPlaces = ['/run', '/var/lib', '/var/log'];

const podsPerNode = 250;

export const healthAddresses = {
  kubelet: 'http://127.0.0.1:10248/healthz',
  'kube-proxy': 'http://127.0.0.1:10256/healthz',
};

/** For containerd 1.6. An image of a registry on 127.0.0.0/8 is pulled over plain HTTP without being told so. */
export function containerdConfiguration(cniPlugins: string): string {
  return `version = 2
root = "/var/lib/containerd"
state = "/run/containerd"
# The first asks the machine for a kernel module, none is used.
disabled_plugins = ["io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs"]
[grpc]
  address = "${containerdSocket}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${pauseImage}"
  disable_tcp_service = true
  # Without CAP_SYS_RESOURCE no score can be lowered.
  restrict_oom_score_adj = true
  # It would load a profile into the machine's kernel.
  disable_apparmor = true
  stream_server_address = "127.0.0.1"
  enable_unprivileged_ports = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = false
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${cniPlugins}"
    conf_dir = "${configurationDirectory}/cni"
`;
}

export const cniConfiguration = {
  cniVersion: '1.0.0',
  name: 'pods',
  plugins: [
    {
      type: 'bridge',
      bridge,
      isDefaultGateway: true,
      ipMasq: false,
      hairpinMode: true,
      ipam: { type: 'host-local', ranges: [[{ subnet: podNetwork }]] },
    },
  ],
};

export function kubeletConfiguration(cgroup: string): object {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    address: nodeAddress,
    healthzBindAddress: '127.0.0.1',
    healthzPort: 10248,
    // Only the bed's own network reaches it.
    authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
    authorization: { mode: 'AlwaysAllow' },
    cgroupDriver: 'cgroupfs',
    cgroupRoot: cgroup,
    failCgroupV1: false,
    failSwapOn: false,
    containerRuntimeEndpoint: `unix://${containerdSocket}`,
    // Its look at the disk fails on what the bed's directories are mounted from.
    localStorageCapacityIsolation: false,
    makeIPTablesUtilChains: false,
    maxPods: podsPerNode,
    // Each pull is asked for by a test; the default would hold back all but five a second.
    registryPullQPS: 0,
    serializeImagePulls: false,
    // There is no DNS server; pods have none of the machine's either.
    resolvConf: '',
    imageGCHighThresholdPercent: 100,
    // No eviction: what a test starts stays, and on a tmpfs the kubelet cannot tell how full its disk is.
    evictionHard: { 'memory.available': '0%', 'nodefs.available': '0%', 'nodefs.inodesFree': '0%', 'imagefs.available': '0%' },
    nodeStatusUpdateFrequency: '5s',
  };
}

export function kubeletFlags(directory: string): string[] {
  return [
    `--config=${configurationDirectory}/kubelet.json`,
    `--kubeconfig=${kubeconfigFile(directory, 'kubelet')}`,
    `--hostname-override=${nodeName}`,
    `--node-ip=${nodeAddress}`,
  ];
}

/** A kubelet sets these for the whole machine (kubernetes, pkg/kubelet/cm/container_manager_linux.go, setupKernelTunables). It is given files of its own instead. */
export const kubeletSettings = {
  'vm/overcommit_memory': 1,
  'vm/panic_on_oom': 0,
  'kernel/panic': 10,
  'kernel/panic_on_oops': 1,
  'kernel/keys/root_maxkeys': 1_000_000,
  'kernel/keys/root_maxbytes': 25_000_000,
};

export function proxyFlags(directory: string): string[] {
  return [
    `--kubeconfig=${kubeconfigFile(directory, 'kube-proxy')}`,
    `--hostname-override=${nodeName}`,
    `--bind-address=${nodeAddress}`,
    '--healthz-bind-address=127.0.0.1:10256',
    '--metrics-bind-address=127.0.0.1:10249',
    '--proxy-mode=iptables',
    // Those are the machine's, not the network namespace's; 0 leaves them alone.
    '--conntrack-max-per-core=0',
    '--conntrack-tcp-timeout-established=0',
    '--conntrack-tcp-timeout-close-wait=0',
  ];
}
