import type { ProblemMeaning } from '../../kernel/errors.js';

/** What is wrong with the cluster, the way into it, the app there, and a release of it. */
export const KUBERNETES_PROBLEMS = {
  'api-server-unreachable': {
    means: 'The API server can not be reached; the second line of the message says why.',
    remedy: 'Check the server of the kubeconfig, its certificate, and whether this runner may reach it.',
  },
  'app-deleted-meanwhile': {
    means: 'The Deployment or the Service of the app was deleted while the step was at work, or since the release began.',
    remedy: 'Create it again; then run the rollback action, or this step once more.',
  },
  'app-has-other-name': {
    means: 'The same Deployment was released under another `app`, and the name is the lock and the record.',
    remedy: 'Give every step the same `app`.',
  },
  'app-missing': {
    means: 'There is no Deployment or no Service of the name that is looked for, or another kind of object has it.',
    remedy: 'Name them with `deployment` and `service`, check `namespace`, or create them first.',
  },
  'autoscaler-moves-split': {
    means: 'Without a route the ratio of pods is the split, and an autoscaler would change it during the release.',
    remedy: 'Split by a route, or let the autoscaler hold still for the release.',
  },
  'autoscalers-conflict': {
    means: 'Several HorizontalPodAutoscalers scale the Deployment, and work against each other.',
    remedy: 'Keep one of them.',
  },
  'canary-changed': {
    means: "Somebody has changed the canary's Deployment, so it is not the version that is to be released.",
    remedy: 'Undo the change, or end the release with `weight: 0` and release again.',
  },
  'canary-not-separable': {
    means: "The Service selects by no label of the Deployment's selector, so the canary's pods can not be kept out of it.",
    remedy: 'Let the Service select by a label that the Deployment selects by too, or use `router: replicas`.',
  },
  'cluster-keeps-refusing': {
    means: 'An undo was tried for as long as it may be, and the cluster went on refusing it.',
    remedy: 'Mend what refuses, then run the rollback action with `scope: any`.',
  },
  'cluster-refuses': {
    means:
      'The API server refuses what the step asked for: a webhook, a quota, a policy, or another writer. The message has its words.',
    remedy: 'Mend what the cluster says, and run the step again.',
  },
  'config-map-immutable': {
    means: 'The manifest has other content for a ConfigMap that is immutable in the cluster.',
    remedy: 'Give the new content a new name.',
  },
  'container-unclear': {
    means: 'The Deployment has several containers, and it is not said which one is released.',
    remedy: 'Name it with `container`.',
  },
  'container-unknown': {
    means: 'The container that is to be released is not in the Deployment or in the manifest.',
    remedy: 'Name one of those that are there with `container`.',
  },
  'credential-plugin-failed': {
    means: 'The kubeconfig names a program that gives the credentials, and it is missing, failed, or printed something else.',
    remedy: 'Install it, or log in before this step; its own words follow the message.',
  },
  'credentials-not-renewed': {
    means: 'The token of the kubeconfig had to be renewed, and the identity provider did not do that.',
    remedy: 'Log in again in this job, or use another kind of login.',
  },
  'credentials-refused': {
    means: 'The API server does not accept the credentials: they are wrong, revoked or expired.',
    remedy: 'Log in again in this job, or make a new token.',
  },
  'deletion-held-up': {
    means: 'An object that the release needs was deleted, and a finalizer keeps it, so it can be neither used nor made anew.',
    remedy: 'Let whoever put the finalizer there finish, or take it off.',
  },
  'endpoints-not-listed': {
    means: 'The pods are ready, and the Service did not list them within the time.',
    remedy: 'See whether its selector fits, and whether the cluster is overloaded.',
  },
  'gate-not-passed': {
    means: 'The gate has failed this canary and no later one has passed it, so it is not promoted.',
    remedy: 'Put the release back with `weight: 0`, and release a mended version.',
  },
  'hold-impossible': {
    means: '`slo` and `hold` with `weight: 100` would judge a canary that never has all traffic.',
    remedy: 'Judge it at a smaller weight in a step before this one.',
  },
  'image-needed': {
    means: 'No release is in flight, and the step names no image to begin one.',
    remedy: 'Give `image`, best by digest, or look at what its expression gives.',
  },
  'image-never-ran': {
    means: '`to-image` names an image that this app has never run.',
    remedy: 'Release it with canary-step, or say `allow-ungated: true` if that is meant.',
  },
  'image-not-pullable': {
    means: 'A node can not pull the image: it is not there, or only for those who are logged in.',
    remedy: 'Check its name, and the `imagePullSecrets` of the pods.',
  },
  'kubeconfig-context-missing': {
    means: 'The kubeconfig chooses no context, or does not have the one that was asked for.',
    remedy: 'Name one of those that the message lists with `context`.',
  },
  'kubeconfig-encoded': {
    means: 'The input `kubeconfig` holds base64.',
    remedy: 'Decode it before it becomes the secret.',
  },
  'kubeconfig-file-unreadable': {
    means: 'A certificate, a key or another file that the kubeconfig names can not be read, or is not PEM.',
    remedy: 'Write the kubeconfig with its files inside: `kubectl config view --raw --flatten`.',
  },
  'kubeconfig-incomplete': {
    means: 'The kubeconfig lacks something that its context needs, or has it in another form.',
    remedy: 'Write it anew with the tool that made it.',
  },
  'kubeconfig-invalid': {
    means: 'The kubeconfig is no YAML, or something else than a kubeconfig.',
    remedy: 'Set the secret from the file: `gh secret set KUBECONFIG < FILE`.',
  },
  'kubeconfig-login-unsupported': {
    means: 'The kubeconfig logs in in a way that a workflow can not, or that Kubernetes no longer has.',
    remedy: 'Use a login for machines: OIDC, a token, a client certificate or an exec plugin.',
  },
  'kubeconfig-missing': {
    means: 'No kubeconfig was found where one is looked for, or the secret that should hold it is empty.',
    remedy: 'Log in to the cluster before this step, or give the content in `kubeconfig`.',
  },
  'label-too-long': {
    means: "A label of the canary's pods would be longer than the 63 characters that a label may have.",
    remedy: 'Shorten the value of that label.',
  },
  'lease-not-ours': {
    means: 'A Lease of the name that the record needs is there, and somebody else has made it.',
    remedy: 'Give the app another `app` name, or see whose Lease it is.',
  },
  'managed-by-gitops': {
    means: 'A GitOps tool writes the objects of this app, and would write them back in the middle of the release.',
    remedy: 'Let it pass over the fields that the message names, then set `managed-by: warn`; see docs/gitops.md.',
  },
  'manifest-invalid': {
    means: 'The manifest can not be read, or has fields that the API server does not know.',
    remedy: 'Mend the lines that the message names.',
  },
  'manifest-is-template': {
    means: 'The file is a template and not the manifest that it makes.',
    remedy: 'Render it first (`helm template`), and give the result.',
  },
  'manifest-of-other-namespace': {
    means: 'The manifest is for another namespace than the step works in.',
    remedy: 'Set `namespace` to that of the manifest.',
  },
  'manifest-refused': {
    means: "The API server refuses the manifest's Deployment.",
    remedy: 'Mend what it says.',
  },
  'manifest-without-app': {
    means: 'The manifest has no Deployment or no Service of the app.',
    remedy: 'Add it, or name it with `deployment` or `service`.',
  },
  'name-taken': {
    means: 'An object that the release needs to create is there already, and is not its own.',
    remedy: 'See whose it is (`kubectl describe`), and rename or delete it, or give the app another name.',
  },
  'no-old-revisions': {
    means: 'The Deployment keeps no old revisions, so there would be nothing to go back to.',
    remedy: 'Set `revisionHistoryLimit` to 1 or more.',
  },
  'nothing-of-this-run': {
    means: 'The rollback undoes only what its own run released, and this run has released nothing.',
    remedy: 'Say with `scope: any` that the release is to be undone, or with `scope: run` that it is to stay.',
  },
  'nothing-to-judge': {
    means: 'No canary gets traffic, so there is nothing for a gate to look at.',
    remedy: 'Run canary-step with a weight of 1 to 99 before this step.',
  },
  'pod-crashes': {
    means: 'A container of the pod ends again and again. Its last lines follow the message.',
    remedy: 'Mend the version; the lines of its log say why it ends.',
  },
  'pod-not-started': {
    means: 'A pod can not be started by its node: configuration, volumes, or room are missing.',
    remedy: 'Mend what the message says of the pod.',
  },
  'pod-out-of-memory': {
    means: 'A container needed more memory than its limit, and was killed.',
    remedy: 'Raise the limit, or mend the version.',
  },
  'pods-not-created': {
    means: 'The Deployment may not create its pods: a quota, a policy or a webhook refuses them.',
    remedy: 'Mend what the message says.',
  },
  'pods-not-ready': {
    means: 'The pods started and did not become ready within the time.',
    remedy: 'Look at the readiness probe and the log of the pod; a slow start needs a longer `start-timeout`.',
  },
  'policy-leaves-canary-out': {
    means: "A policy or an object that selects stable's pods, or names stable's Service, leaves the canary out.",
    remedy: 'Let it select both, as the message says.',
  },
  'port-not-served': {
    means: 'The Service leads to a port that no container of the manifest has.',
    remedy: 'Let the port of the Service and of the container fit.',
  },
  'put-back-failed': {
    means: 'The release could not be put back. The message says where the traffic is now.',
    remedy: 'Mend the cause, then run the rollback action with `scope: any`.',
  },
  'record-contradicts-cluster': {
    means: 'The record and the cluster say different things of the same version: somebody has changed one of them.',
    remedy: 'See who may write the Lease and the Deployment, then roll back with `to-revision` or `to-image`.',
  },
  'record-lost': {
    means: 'A release was in flight, and its record is gone.',
    remedy: 'Run the rollback action with `scope: any`, which takes the canary out of the traffic; then begin anew.',
  },
  'release-begun-otherwise': {
    means: 'A later step of a release names something else than the release was begun with.',
    remedy: 'Give each step the same inputs, or end the release with `weight: 0` first.',
  },
  'release-ended-meanwhile': {
    means: 'The release that this step came to was ended by another run meanwhile.',
    remedy: 'Begin a new release.',
  },
  'release-irreversible': {
    means: 'The release was marked `irreversible`, so its promotion is not undone by itself.',
    remedy: 'Say with `to-revision` or `to-image` where stable is to go.',
  },
  'revision-has-same-image': {
    means: 'The revision before has the same image, so going back to it would leave the version as it is.',
    remedy: 'Say with `to-revision` or `to-image` which version is meant.',
  },
  'revision-is-forward': {
    means: 'Stable has been brought back already, and `previous` would go forward again.',
    remedy: 'Say with `to-revision` which revision is meant.',
  },
  'revision-missing': {
    means: 'The revision that stable is to go back to is not there any more.',
    remedy: 'Name the image with `to-image`; `revisionHistoryLimit` says how many are kept.',
  },
  'rights-missing': {
    means: 'The credentials may not do something that the step needs.',
    remedy: 'Add the rules that the message prints to the Role; docs/rbac has a file for each action.',
  },
  'rollout-in-progress': {
    means: 'Stable is in the middle of a rollout, so there is no one version to compare with.',
    remedy: 'Wait for it, or end it with `kubectl rollout undo`.',
  },
  'route-changed': {
    means: 'Somebody has changed the route during the release. It is not written over.',
    remedy: 'End the release with `weight: 0` or the rollback action, and see who else writes the route.',
  },
  'route-gives-nothing': {
    means: 'The route lists the Service with weight 0, so none of its requests could be shared.',
    remedy: 'Give the Service a weight there, or name the route that the requests come by.',
  },
  'route-leads-elsewhere': {
    means: 'The route does not send traffic to the Service of the app.',
    remedy: 'Point `service` at one that it names, or add the Service to the route.',
  },
  'route-missing': {
    means: 'There is no route of that name, or none that leads to the Service.',
    remedy: 'Name or create the route, or use `router: replicas`.',
  },
  'route-not-accepted': {
    means: 'No controller has accepted the route or its change, so nobody would act on the weight.',
    remedy: 'See whether each Gateway of its parentRefs is served by a running controller.',
  },
  'route-refused': {
    means: 'The controller of the route refuses the change for good.',
    remedy: 'Mend what it says.',
  },
  'route-sends-to-canary': {
    means: "A route sends traffic to the canary's Service already, and no release on record made it do so.",
    remedy: 'Take that backend out of the route.',
  },
  'route-splits-already': {
    means: 'A rule of the route shares its traffic with another Service, so a share of it would be none of the app.',
    remedy: 'Give the app a rule of its own, or take the other backend out.',
  },
  'route-unclear': {
    means: 'Several routes send traffic to the Service.',
    remedy: 'Say with `route` which one is split.',
  },
  'route-weights-too-large': {
    means: 'The weights of the route are so large that a percent can not be written beside them.',
    remedy: 'Divide all weights of the rule by the same number.',
  },
  'scaled-by-keda': {
    means: 'KEDA scales the Deployment, and would write its own minimum back during the release.',
    remedy: 'Pause it for the release with the annotation `autoscaling.keda.sh/paused`.',
  },
  'selector-changed': {
    means: 'The manifest has another selector than the Deployment in the cluster, where it can not be changed.',
    remedy: 'Put the selector back in the file, or give the new one a new name.',
  },
  'service-selects-other-pods': {
    means: 'The Service would not lead to the pods of the Deployment or of the manifest.',
    remedy: 'Name the right Service with `service`, or let labels and selector fit.',
  },
  'stable-cannot-serve': {
    means: 'Stable has no pod that could answer, so it does not get the traffic back.',
    remedy: 'Bring stable back, then run the rollback action once more.',
  },
  'stable-changed': {
    means: 'Somebody has changed stable since the release began, and going on would overwrite that.',
    remedy: 'Put the release back with `weight: 0`, and release beside what is there now.',
  },
  'stable-not-whole': {
    means: 'Not all pods of stable are available, so an abort would go back to something broken.',
    remedy: 'Mend stable first.',
  },
  'stable-runs-canary': {
    means:
      "The record was lost, and stable runs the canary's version: whether a promotion or a person put it there is not known.",
    remedy: 'Say with `to-revision` or `to-image` where stable is to go, if it is to move.',
  },
  'stable-scaled-down': {
    means: 'Somebody or something scales stable down while it is to take the traffic back.',
    remedy: 'Stop that, then run the rollback action once more.',
  },
  'stable-scaled-to-zero': {
    means: 'The Deployment has no replicas, so there is no stable version to release against.',
    remedy: 'Scale it up first.',
  },
  'tag-moved-during-release': {
    means: 'The tag of the image was moved while it was released, so later pods run what nobody has judged.',
    remedy: 'Release again, naming the image by its digest.',
  },
  'tester-rules-impossible': {
    means: 'The route can not have rules for `header` or `cookie`: there is none, it is full, or it matches them already.',
    remedy: 'Choose another header or cookie, or leave them out.',
  },
  'token-file-unreadable': {
    means: 'The file that should hold the token can not be read, or is empty.',
    remedy: 'Log in before this step.',
  },
  'update-stops-all-pods': {
    means: 'The strategy of the Deployment may stop every pod before new ones are ready, so requests would be lost.',
    remedy: 'Set strategy RollingUpdate with maxUnavailable 0.',
  },
  'verdict-not-kept': {
    means: 'The gate has a verdict, and it could not be put on record.',
    remedy: 'Mend what the message says, and judge again.',
  },
  'weight-needs-many-pods': {
    means: 'Without a route a share is a ratio of pods, and this one needs many times more pods than stable has.',
    remedy: 'Use a route, a larger share, or more replicas.',
  },
} as const satisfies Readonly<Record<string, ProblemMeaning>>;

declare module '../../kernel/errors.js' {
  interface ProblemCodes extends Record<keyof typeof KUBERNETES_PROBLEMS, true> {}
}
