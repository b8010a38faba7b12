import type { V1ContainerStateWaiting } from '@kubernetes/client-node';

/** Waiting reasons of the kubelet with which nothing will change by itself (pkg/kubelet/images/types.go, pkg/kubelet/container/sync_result.go). */
const HOPELESS = new Set(['CrashLoopBackOff', 'ErrImageNeverPull', 'InvalidImageName']);

/** Words that stand by themselves: names, tags and paths may hold the same letters. */
const words = (text: string): RegExp => new RegExp(`(?<![\\w./:@-])(?:${text})(?![\\w./@-])`, 'i');

/** A registry's refusal in the words of containerd, CRI-O, Docker and the registries: there is no such image, or it may not be pulled. */
const REFUSED = words(
  'not found|manifest unknown|name unknown|no such manifest|does not exist|unauthorized|authentication required|authorization failed|insufficient_scope|no basic auth credentials|denied|(?:401|403|404) (?:unauthorized|forbidden|not found)|forbidden',
);
/** What passes by itself: a rate limit, a registry or a network that is away for a while. It has the last word, as some refusals name several causes. */
const PASSING = words(
  'toomanyrequests|too many requests|rate limit|i/o timeout|timed? ?out|deadline exceeded|connection refused|connection reset by peer|no such host|server misbehaving|tls handshake timeout|unexpected eof|service unavailable|bad gateway|gateway timeout|internal server error',
);

/** Whether the registry says that the image does not exist or may not be pulled. */
export const isRefusedByRegistry = (message: string): boolean => REFUSED.test(message) && !PASSING.test(message);

/** A container that the runtime will not make, however often it is asked (errors of runc and containerd). */
const NEVER_MADE = words(
  'no command specified|executable file not found in \\$PATH|exec format error|not a directory|invalid argument',
);

/**
 * Whether waiting longer is pointless. What the platform promises is waited for: nodes that come, Secrets that are synced, a registry that limits or is
 * away. An image that is refused for the second time (`ImagePullBackOff`) is not.
 */
export function isHopeless({ reason = '', message = '' }: V1ContainerStateWaiting): boolean {
  if (reason === 'ImagePullBackOff') return isRefusedByRegistry(message);
  if (reason === 'CreateContainerError' || reason === 'RunContainerError') return NEVER_MADE.test(message);
  return HOPELESS.has(reason);
}

/** Reasons that are no step of a usual start; what the kubelet says with them is what people want to know. */
const UNUSUAL =
  /^(ErrImagePull|ImagePullBackOff|CreateContainerConfigError|CreateContainerError|RunContainerError|RegistryUnavailable|ImageInspectError|SignatureValidationFailed)$/;

/** Why a container is late, in the kubelet's own words; undefined where it merely starts. */
export const whyLate = ({ reason = '', message = '' }: V1ContainerStateWaiting): string | undefined =>
  UNUSUAL.test(reason) ? `${reason}${message === '' ? '' : `: ${message}`}` : undefined;
