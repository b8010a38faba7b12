import { VERSION_TAGS } from '../../src/image/derive-names.js';
import {
  assignments,
  attestation,
  attributeLists,
  buildContext,
  comparedImage,
  growth,
  imageFlavor,
  imageNames,
  imageTags,
  namedContexts,
  namedFiles,
  oneLineSecret,
  platforms,
  registryHost,
  secretFiles,
  secretValues,
  secretVariables,
  settings,
  size,
  sshAgents,
  targetNames,
  words,
} from '../../src/image/inputs.js';
import { HADOLINT_MIRROR, HADOLINT_VERSION } from '../../src/image/review/hadolint-release.js';
import { parseExtraHost, parseMemory, parseNetwork, parseRight, parseUlimit } from '../../src/image/run-settings.js';
import { annotations, attestations, caches, listed } from '../../src/image/setting-inputs.js';
import { defineAction } from '../../src/kernel/define.js';
import { duration, flag, integer, oneOf, text } from '../../src/kernel/input-kinds.js';
import { conflicts } from './conflicts.js';
import { CALLED_OTHERWISE, NOT_HERE } from './other-actions.js';

export const buildImage = defineAction({
  name: 'build-image',
  summary: 'Build an image, push it, and hand on its digest as the registry serves it.',
  inputs: {
    context: buildContext({
      text: 'Directory that the Dockerfile may copy from, or a Git repository (`https://…#ref:directory`, `{{defaultContext}}`) that the engine fetches. With a bake or Compose file: the directory that its paths are relative to.',
      default: '.',
    }),
    'context-outside-workspace': flag({
      text: 'Whether the context may be a directory outside of the workspace, such as one that an earlier step has filled in the temporary directory.',
      default: 'false',
    }),
    file: namedFiles({
      text: 'The Dockerfile; or bake or Compose files (.hcl, .json, .yml, .yaml), whose images are built and published in one step (docs/bake.md). Without it: `Dockerfile` in the context.',
    }),
    targets: targetNames({
      text: 'Targets, groups or services of the bake or Compose file to build. Without it: what the file builds by default.',
    }),
    set: settings({
      text: 'What takes the place of what the bake or Compose file says, as `pattern.key=value`, such as `*.platform=linux/arm64` or `web.args.VERSION=1`.',
    }),
    target: text({ text: 'Stage of the Dockerfile to build. Without it: the last one.' }),
    platforms: platforms({
      text: 'Platforms to build for, such as linux/amd64 and linux/arm64. Without it: the platform of the engine.',
    }),
    'build-args': assignments({
      text: 'Values for the ARGs of the Dockerfile. A name alone takes its value from `env:`. They stay readable in the image: no secrets.',
      names: 'of variables',
      bare: 'from the environment',
    }),
    'build-contexts': namedContexts({
      text: 'Further contexts that the Dockerfile may name, as `name=path, image or URL`; `{{defaultContext}}` is the repository of the workflow.',
    }),
    secrets: secretValues({
      text: 'Secrets for `RUN --mount=type=secret,id=…`; none of them becomes part of the image. A value of several lines stands in double quotes.',
    }),
    'secret-envs': secretVariables({ text: 'Secrets that are in variables of this step.' }),
    'secret-files': secretFiles({
      text: "Secrets that are in files of the workspace or of the runner's temporary directory.",
    }),
    ssh: sshAgents({ text: 'SSH agent sockets or keys for `RUN --mount=type=ssh`, such as `default`.' }),
    images: imageNames({
      text: 'Names for tags that are derived from the event, when `tags` gives none; see docs/build-image.md. Without it: ghcr.io and the name of the repository. A target of a bake or Compose file adds its own name.',
    }),
    tags: imageTags({
      text: 'Names to push the image to, such as ghcr.io/owner/app:1.2.3. Or rules of docker/metadata-action, such as `type=semver,pattern={{version}}`, for the names in `images`. Without it: derived from the event.',
    }),
    flavor: imageFlavor({
      text: "What goes for all tags that follow from the event, as in docker/metadata-action; its rules hold then, and not this action's own.",
    }),
    'version-tags': oneOf(VERSION_TAGS, {
      text: 'Tags of a Git tag v1.2.3. `semver`: 1.2.3, 1.2 and 1, and `latest` follows the default branch. `as-tagged`: v1.2.3 and latest. `plain`: 1.2.3 and latest.',
      default: 'semver',
    }),
    labels: assignments({
      text: 'Labels of the image, besides `org.opencontainers.image.*` from the event; those that the Dockerfile or this input sets are not derived.',
      names: 'any',
      bare: 'refused',
    }),
    annotations: annotations({
      text: 'Annotations of the manifest, or with a prefix (`index:`, `manifest[linux/amd64]:`) of other parts.',
    }),
    push: flag({
      text: 'Push the image to its registries. Without it: true, unless `load` is true or `outputs` says where the result goes.',
    }),
    load: flag({
      text: 'Keep the image in the local engine, for later steps of the job. Alone it does not publish what is to be tested first: say `push: true` too for that.',
      default: 'false',
    }),
    outputs: attributeLists({
      text: 'Where the result goes, as `type=local,dest=path`, `type=image,push=true` and the like. Beside `push: true`, `type=image` says how the pushed image is made, and the others where it goes besides.',
    }),
    compression: oneOf(['uncompressed', 'gzip', 'estargz', 'zstd'], {
      text: 'How layers are compressed. Without it: gzip.',
    }),
    'compression-level': integer({ text: 'How hard: 0 to 9 of gzip and estargz, 0 to 22 of zstd.', min: 0, max: 22 }),
    'force-compression': flag({ text: 'Compress layers of the base image anew too, where they are compressed in another way.' }),
    'oci-mediatypes': flag({
      text: "Media types of the OCI. Without it: true; `false` gives Docker's own, for registries and hosts that know no others.",
    }),
    'cache-from': caches({
      direction: 'from',
      text: 'Caches to read, such as `type=registry,ref=…` or `type=gha`; of a bake or Compose file `{target}` is the name of the target.',
    }),
    'cache-to': caches({ direction: 'to', text: 'Caches to write; `{target}` as in `cache-from`.' }),
    'no-cache': flag({ text: 'Build every step again.', default: 'false' }),
    'no-cache-filters': words({ text: 'Stages to build again.' }),
    pull: flag({ text: 'Look for newer base images even when the engine has them.', default: 'false' }),
    provenance: attestation({
      text: 'Attach a provenance attestation. It holds the time of the build, so with it even an unchanged, fully cached rebuild gets a new digest, and everything behind it rolls out again for nothing; without it the digest stays.',
      default: 'false',
    }),
    sbom: attestation({ text: 'Attach a bill of materials: `true`, or `generator=image`.', default: 'false' }),
    attests: attestations({ text: 'Further attestations, such as `type=sbom,generator=…`.' }),
    network: { ...text({ text: 'Network of RUN steps: default, none or host.' }), parse: parseNetwork },
    'shm-size': { ...text({ text: 'Size of /dev/shm in RUN steps, such as 2g.' }), parse: parseMemory },
    ulimit: listed({ text: 'Limits of RUN steps, such as nofile=1024:2048.' }, parseUlimit, 'values'),
    'add-hosts': listed({ text: 'Further names for RUN steps, as `name:address`.' }, parseExtraHost, 'words'),
    'cgroup-parent': text({ text: 'Parent cgroup of RUN steps.' }),
    allow: listed({ text: 'Rights that the build may use: network.host, security.insecure.' }, parseRight, 'words'),
    builder: text({ text: 'Name of the buildx builder. Without it: the current one.' }),
    engine: oneOf(['auto', 'buildx', 'buildah'], {
      text: 'What builds. `auto`: buildx where there is one with a daemon, else buildah.',
      default: 'auto',
    }),
    call: oneOf(['build', 'check', 'outline', 'targets'], {
      text: 'Only ask: check the Dockerfile, or list its arguments or its stages.',
      default: 'build',
    }),
    'github-token': {
      ...text({
        text: 'Token for a private Git repository as context, on the GitHub that the workflow is on; no other host gets it. For another host: `secrets: GIT_AUTH_TOKEN.host=…`.',
      }),
      runnerDefault: `$\{{ github.token }}`,
      secret: true,
    },
    registry: registryHost({
      text: 'Registry that `username` and `password` are for. Without it: that of the tags, when they have the same.',
    }),
    username: text({ text: 'User for the registry, for this step alone. Without it: what earlier steps logged in with.' }),
    password: oneLineSecret({ text: 'Password or token of the user.' }),
    'retry-for': duration({
      text: 'How long a push is tried again when the registry is overloaded, restarting or out of reach.',
      default: '2m',
    }),
    'max-size': size({ text: 'What a pull may transfer at most, for each platform. Larger images are not published.' }),
    'max-growth': growth({ text: 'How much larger than `compare-to` the image may be, for each platform.' }),
    'compare-to': comparedImage({
      text: 'Image to compare the size with: a tag, a digest, or a whole name. Without it: what the first of the tags that exist stood for.',
    }),
    reproducible: flag({
      text: 'Set all times in the image to that of the commit (or SOURCE_DATE_EPOCH), so that two builds of one commit have one digest.',
      default: 'false',
    }),
    review: oneOf(['warn', 'fail', 'off'], {
      text: "Look through the Dockerfile with BuildKit's checks and some more: show what is found, or fail before anything is built.",
      default: 'warn',
    }),
    'review-ignore': words({
      text: 'Rules that are passed over: `RULE`, `RULE:LINE` or `RULE:FILE:LINE`. A refused secret needs the line.',
    }),
    hadolint: flag({
      text: `Have hadolint ${HADOLINT_VERSION} look through the Dockerfile too. It is fetched once and its checksum compared.`,
      default: 'false',
    }),
    'hadolint-mirror': text({
      text: 'Where hadolint is fetched from; the name of the release and of the file are added.',
      default: HADOLINT_MIRROR,
    }),
    summary: flag({ text: 'Write a job summary.', default: 'true' }),
  },
  elsewhere: CALLED_OTHERWISE,
  missing: NOT_HERE,
  migration: 'docs/migrate-build.md',
  outputs: {
    image:
      'The image as `registry/repository@sha256:…`, in the repository of the first tag; what to deploy. Empty when nothing was pushed.',
    digest: 'Digest in the registry. Empty when nothing was pushed.',
    tags: 'The names that it was given, in full, one per line; where nothing was pushed, those that it would have in a registry.',
    imageid: 'Id of the image in the engine.',
    'metadata-json': "The engine's account of the build as JSON, without provenance.",
    'size-bytes': 'What a pull transfers: of the largest platform, compressed. Empty when nothing was pushed.',
    platforms: 'Platforms that it was built for, one per line. Empty when nothing was pushed.',
    version: 'The first of the tags that follow from the event. Empty when `tags` names the image.',
    labels: 'Labels that the image was given, one per line, for other steps. Empty with a bake or Compose file.',
    annotations: 'The same as annotations of its manifest, and those that were given.',
    'images-json':
      'All images that were published, as a JSON list for a matrix: `target`, `image`, `digest`, `tags`, `imageid`, `size-bytes` and `platforms` of each. With several images the outputs that are about one are empty, but for `tags`.',
  },
  post: 'always',
  conflicts,
});
