import type { ProblemMeaning } from '../kernel/errors.js';

/** What is wrong with an image, its Dockerfile, its registry or its engine. */
export const IMAGE_PROBLEMS = {
  'annotation-needs-index': {
    means: 'An annotation is meant for an index, and an image of one platform has none.',
    remedy: 'Write the annotation without `index`, build several platforms, or ask for provenance.',
  },
  'bake-file-invalid': {
    means: 'The bake or Compose file can not be resolved: it is missing or unreadable, or names what it does not have.',
    remedy: 'Mend the file where the message says, or name another one with `file`, `targets` or `set`.',
  },
  'bake-needs-buildx': {
    means: 'Bake and Compose files can be built by buildx alone.',
    remedy: 'Set `engine: auto`, or build each image in a step of its own with its Dockerfile.',
  },
  'bake-nothing-to-build': {
    means: 'The bake or Compose file has no target to build with what was asked for.',
    remedy: 'Name targets that have something to build with `targets`.',
  },
  'bake-plan-unreadable': {
    means: 'buildx printed no plan of the bake or Compose file that can be read.',
    remedy: 'Update docker-buildx-plugin.',
  },
  'bake-privilege-not-allowed': {
    means: 'A target asks for more than a build may do by itself.',
    remedy: 'Grant it with `allow` if it is meant, or take it out of the file.',
  },
  'bake-target-invalid': {
    means: 'A target of the bake or Compose file has a value that can not be honoured.',
    remedy: 'Mend that target in the file.',
  },
  'base-image-lacks-platform': {
    means: 'A base image does not exist for one of the platforms that are to be built.',
    remedy: 'Choose a base image that has it, or leave the platform out.',
  },
  'base-image-missing': {
    means: 'A base image does not exist, or only for those who are logged in.',
    remedy: 'Check its name and tag in the FROM line, or log in to its registry before this step.',
  },
  'build-cache-not-written': {
    means: 'The image was built, and its cache could not be written.',
    remedy: 'See whether this step may write there; `ignore-error=true` in `cache-to` goes on without it.',
  },
  'build-context-missing': {
    means: 'A context, a Git repository or an archive that the build reads is not there or can not be fetched.',
    remedy: 'Correct its address, write it in a step before this one, or give a token that may read it.',
  },
  'build-failed': {
    means: 'The engine ended the build, for a reason that it says itself. Its last lines follow the message.',
    remedy: 'Mend what the engine says.',
  },
  'build-secret-missing': {
    means: 'The Dockerfile reads a secret that the step does not give.',
    remedy: 'Give it with `secrets`, `secret-envs` or `secret-files`.',
  },
  'build-setting-refused': {
    means: 'The engine does not take what one of the inputs says.',
    remedy: 'Correct the input that the message names, or use another engine or builder.',
  },
  'build-stage-missing': {
    means: '`target` names a stage that the Dockerfile does not have.',
    remedy: 'Write the word after AS in one of its FROM lines.',
  },
  'build-step-failed': {
    means: 'A RUN step of the Dockerfile ended with an exit code. Its last lines follow the message.',
    remedy: 'Mend that step; it fails in a build on any other machine too.',
  },
  'buildah-lacks-feature': {
    means: 'An input asks for something that buildah can not do.',
    remedy: 'Leave the input out, or set `engine: buildx`.',
  },
  'buildah-missing': {
    means: 'buildah was asked for, and this runner has none.',
    remedy: 'Install the package buildah, or set `engine: buildx`.',
  },
  'buildah-too-old': {
    means: 'The buildah of this runner is older than the oldest one that is supported.',
    remedy: 'Update buildah.',
  },
  'builder-missing': {
    means: '`builder` names a builder that buildx does not know.',
    remedy: 'Make it in a step before this one (docker/setup-buildx-action), or leave `builder` out.',
  },
  'builder-unusable': {
    means: 'The builder is there, and can not be used or does not answer.',
    remedy: 'Start it, or name another one with `builder`.',
  },
  'buildx-missing': {
    means: 'This runner has no buildx that can be run.',
    remedy: 'Add docker/setup-buildx-action before this step, or use a runner with Docker.',
  },
  'buildx-too-old': {
    means:
      'The buildx of this runner is older than the oldest one that is supported, or does not know a flag that an input needs.',
    remedy: 'Update docker-buildx-plugin, or add docker/setup-buildx-action before this step.',
  },
  'credential-helper-failed': {
    means: "The program that keeps the registry's login is missing, failed, or answered in no known form.",
    remedy: 'Install or mend it, or give `username` and `password`.',
  },
  'digest-unknown': {
    means: 'The engine pushed the image and did not say which digest it has, so nobody could name what was pushed.',
    remedy: 'Update the engine, or use another one.',
  },
  'docker-config-unreadable': {
    means: "Docker's configuration file, where logins are kept, can not be read.",
    remedy: 'Log in again, or remove the file.',
  },
  'docker-daemon-down': {
    means: 'The Docker daemon does not answer.',
    remedy: 'Start it, or point DOCKER_HOST (or the docker context) at one that runs.',
  },
  'docker-daemon-forbidden': {
    means: 'This user may not talk to the Docker daemon.',
    remedy: "Add the runner's user to the group docker.",
  },
  'dockerfile-empty': {
    means: 'The Dockerfile has no instruction.',
    remedy: 'See whether a step before this one is to write it, or whether `file` names another one.',
  },
  'dockerfile-missing': {
    means: 'There is no Dockerfile where it is looked for.',
    remedy: 'Name it with `file`, or set `context` to the directory that has it.',
  },
  'dockerfile-review-failed': {
    means: 'The review or the checks of the Dockerfile found something, and the step is to fail then.',
    remedy: 'Mend what was found, or name the rules in `review-ignore`.',
  },
  'dockerfile-unreadable': {
    means: 'The engine can not read the Dockerfile.',
    remedy: 'Mend the line that the message names.',
  },
  'engine-keeps-no-image': {
    means: 'The engine can not keep an image on the runner before it is pushed, and what was asked for needs that.',
    remedy: 'Use the engine or builder that the message names, or leave out the inputs that it names.',
  },
  'file-not-in-context': {
    means: 'COPY or ADD names a path that is not in the context.',
    remedy: 'Build it in a step before this one, or take it out of .dockerignore.',
  },
  'hadolint-failed': {
    means: 'hadolint ended without looking through the Dockerfile.',
    remedy: 'See whether .hadolint.yaml is as it should be, or set `hadolint: false`.',
  },
  'hadolint-not-genuine': {
    means: 'What was downloaded as hadolint has another SHA-256 than the release of it. It was not run.',
    remedy: 'See what the mirror has, and whether a proxy changes downloads.',
  },
  'hadolint-unavailable': {
    means: 'hadolint can not be fetched, or does not exist for this machine.',
    remedy: 'Name a mirror that this runner can reach with `hadolint-mirror`, or set `hadolint: false`.',
  },
  'image-name-invalid': {
    means: 'A name that the image is to have can not be one, or is not among those that may be pushed.',
    remedy: 'Correct the name in `tags` or in the file.',
  },
  'image-name-missing': {
    means: 'Nothing gives the image a name to be pushed to.',
    remedy: 'Give `tags` or `images`, or rules that this event has something for.',
  },
  'image-of-wrong-platform': {
    means: 'The image, or a base image that it ships files of, is for another platform than it says.',
    remedy: 'Leave `--platform` out of the FROM that ships, or choose a base image of that platform.',
  },
  'image-too-large': {
    means: 'The image is larger than `max-size` or `max-growth` allows. No tag was moved.',
    remedy: 'Make the image smaller, or raise the limit.',
  },
  'login-for-which-registry': {
    means: '`username` and `password` could be for several registries.',
    remedy: 'Say with `registry` which one is meant.',
  },
  'no-registry-answered': {
    means: 'What answered is no registry and no token server: a page for people, or a proxy in between.',
    remedy: 'Check the host in the name of the image, and what stands between.',
  },
  'not-reproducible': {
    means: 'A target asks for what changes with each build, and `reproducible` excludes that.',
    remedy: 'Leave out provenance in the file, or `reproducible` in the step.',
  },
  'output-invalid': {
    means: 'What a target says of its output can not be honoured.',
    remedy: 'Correct `output` in the file, or say with `push` what is to become of the image.',
  },
  'platform-not-built': {
    means: 'The engine ended well and built no image for a platform that was asked for.',
    remedy: 'Build one platform at a time, each on its own runner, or use another engine.',
  },
  'program-of-other-platform': {
    means: 'A RUN step needs a program that this runner can not execute, most often one of another processor architecture.',
    remedy: 'Add docker/setup-qemu-action, build each platform on its own runner, or cross-compile.',
  },
  'push-not-found': {
    means: 'The registry took the push and does not have the image, or gives another one for its digest.',
    remedy: 'Look for a clean-up job or a proxy in front of the registry.',
  },
  'registry-answers-late': {
    means: 'The registry still gives the former image for a tag that was pushed: a cache or a replica answers late.',
    remedy: 'Take the image by its digest, or run the job again before the tag is relied on.',
  },
  'registry-busy': {
    means: 'The registry is overloaded, out of order, or limits how often it may be asked.',
    remedy: 'Run the job again later, log in to it, or raise `retry-for`.',
  },
  'registry-login-refused': {
    means: 'The registry does not accept the login, or there is none.',
    remedy: 'Give `username` and `password` of somebody who may write there, or log in before this step.',
  },
  'registry-refuses': {
    means: 'The registry refuses for good what the step asked for. Its own words follow the message.',
    remedy: 'Do what the message says of this refusal: rights, a locked tag, a limit or a policy.',
  },
  'registry-unreachable': {
    means: 'Nobody answers where the registry should be, or not in time.',
    remedy: 'Check the host in the name of the image, and whether a proxy or a firewall stands between.',
  },
  'secret-in-image': {
    means: 'A secret would be readable in the image, in its history or in its provenance.',
    remedy: 'Give it with `secrets` and read it with `RUN --mount=type=secret`; revoke it if it was ever pushed.',
  },
  'source-date-epoch-invalid': {
    means: 'SOURCE_DATE_EPOCH is no number of seconds.',
    remedy: 'Set it to whole seconds since 1970, or leave it unset.',
  },
  'tag-moved-by-another-run': {
    means: 'A tag stands for another image than this step has pushed under it: another run has moved it meanwhile.',
    remedy: 'Give each run a tag of its own, or let the runs wait for each other (`concurrency`).',
  },
  'tag-not-moved': {
    means: 'A tag could not be given the new image. The message says how the other tags stand now.',
    remedy: 'Mend what the registry says, and run the job again.',
  },
  'tag-rule-invalid': {
    means: 'A rule of `tags` or `flavor` can not be applied.',
    remedy: 'Correct the rule; docs/build-image.md has all of them.',
  },
  'targets-collide': {
    means: 'Two targets have the same tag, cache or output, so one would overwrite the other.',
    remedy: 'Give each target its own.',
  },
} as const satisfies Readonly<Record<string, ProblemMeaning>>;

declare module '../kernel/errors.js' {
  interface ProblemCodes extends Record<keyof typeof IMAGE_PROBLEMS, true> {}
}
