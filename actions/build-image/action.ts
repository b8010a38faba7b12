import { defineAction } from '../../src/action/define.js';
import { flag, oneOf, text } from '../../src/action/input-kinds.js';
import { assignments, imageTags, platforms, workspaceDirectory, workspacePath } from '../../src/image/inputs.js';
import { formatReference } from '../../src/image/reference.js';

export const buildImage = defineAction({
  name: 'build-image',
  summary: 'Build an image, push it, and hand on its digest as the registry serves it.',
  inputs: {
    context: workspaceDirectory({ text: 'Directory that the Dockerfile may copy from.', default: '.' }),
    file: workspacePath({ text: 'The Dockerfile. Without it: `Dockerfile` in the context.' }),
    target: text({ text: 'Stage of the Dockerfile to build. Without it: the last one.' }),
    platforms: platforms({
      text: 'Platforms to build for, such as linux/amd64 and linux/arm64. Without it: the platform of the engine.',
    }),
    'build-args': assignments({
      text: 'Values for the ARGs of the Dockerfile. A name alone takes its value from `env:`. They stay readable in the image: no secrets.',
      bare: 'from the environment',
    }),
    labels: assignments({ text: 'Labels of the image.', bare: 'refused' }),
    tags: imageTags({ text: 'Names to push the image to, such as ghcr.io/owner/app:1.2.3.', required: true }),
    push: flag({ text: 'Push the image to its registries.', default: 'true' }),
    load: flag({ text: 'Keep the image in the local engine, for later steps of the job.', default: 'false' }),
    provenance: oneOf(['false', 'true', 'mode=min', 'mode=max'], {
      text: 'Attach a provenance attestation. It holds the time of the build, so with it even an unchanged, fully cached rebuild gets a new digest, and everything behind it rolls out again for nothing; without it the digest stays.',
      default: 'false',
    }),
    'no-cache': flag({ text: 'Build every step again.', default: 'false' }),
    pull: flag({ text: 'Look for newer base images even when the engine has them.', default: 'false' }),
  },
  outputs: {
    image:
      'The image as `registry/repository@sha256:…`, in the repository of the first tag; what to deploy. Empty when nothing was pushed.',
    digest: 'Digest in the registry. Empty when nothing was pushed.',
    tags: 'The names that it was given, in full, one per line.',
    imageid: 'Id of the image in the engine.',
    'metadata-json': "buildx's account of the build as JSON, without provenance.",
  },
  conflicts: ({ tags = [], push }) =>
    tags
      .filter(({ registry, repository }) => push && registry === 'docker.io' && repository.startsWith('library/'))
      .map(
        (tag) =>
          `Input \`tags\`: "${formatReference(tag).replace('docker.io/library/', '')}" names no registry and no owner, so it would go to Docker's own official images. Write it as ghcr.io/owner/name:tag.`,
      ),
});
