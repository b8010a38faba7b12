import { expect, test } from '@jest/globals';
import { meaningOf, type Refused } from '../../../src/image/registry/refusal-kinds.js';

const meaning = (message: string, status = 403) =>
  meaningOf({ status, code: undefined, message }, 'r.example/shop/app', 'push the tag 1');

test.each([
  ['what a user may not', 'robot account has read-only access to the project', 403],
  ['a project', 'project already exists', 409],
  ['a place', 'the image already exists in another region', 409],
  ['a name', 'name exceeds limit of 255 characters', 403],
  ['a rate', 'requests from your plan exceed the rate limit', 403],
])('%s is neither a cache, an immutable tag nor a full disk', (_name, message, status) => {
  expect(meaning(message, status)).toBeUndefined();
});

test.each([
  ['tag already exists', /tags are immutable/],
  ['the registry is in read-only mode', /takes no pushes/],
  ['registry is read only', /takes no pushes/],
  ['storage would exceed the limit of 10 GiB', /no room left/],
  ['blob exceeds limit of 5 GB', /no room left/],
])('%s', (message, said) => {
  expect(meaning(message)).toMatch(said);
});

/**
 * What public registries say. ECR's right and token, ACR, ghcr.io, DigitalOcean and Artifactory's MANIFEST_INVALID are quoted from reports of users; the others are from
 * memory, and none was seen on the registry itself.
 */
test.each<[string, string, Partial<Refused>, RegExp | undefined]>([
  [
    'ECR',
    'Your authorization token has expired. Reauthenticate and try again.',
    { code: 'DENIED' },
    /^The login for r\.example has ended/,
  ],
  [
    'ECR',
    'User: arn:aws:sts::1:assumed-role/ci/GitHubActions is not authorized to perform: ecr:InitiateLayerUpload on resource: arn:aws:ecr:eu:1:repository/a because no identity-based policy allows the ecr:InitiateLayerUpload action',
    { code: 'DENIED' },
    undefined,
  ],
  [
    'ECR',
    "The image tag '1' already exists in the 'a' repository and cannot be overwritten because the tag is immutable.",
    { status: 400, code: 'TAG_INVALID' },
    /tags are immutable/,
  ],
  [
    'ECR',
    "The repository with name 'a' does not exist in the registry with id '1'",
    { status: 404, code: 'NAME_UNKNOWN' },
    /has no repository shop\/app/,
  ],
  [
    'Artifact Registry',
    'Permission "artifactregistry.repositories.uploadArtifacts" denied on resource "projects/p/locations/l/repositories/r" (or it may not exist)',
    { code: 'DENIED' },
    undefined,
  ],
  ['Artifact Registry', 'Repository "r" not found', { status: 404, code: 'NAME_UNKNOWN' }, /has no repository/],
  [
    'ACR',
    "client with IP '172.214.169.102' is not allowed access. Refer https://aka.ms/acr/firewall to grant access.",
    { code: 'DENIED' },
    /lets only certain networks in/,
  ],
  [
    'ACR',
    'The operation is disallowed on this registry, repository or image. View troubleshooting steps at https://aka.ms/acr/faq/',
    { status: 405, code: 'REGISTRY_DISALLOWED_OPERATION' },
    /is locked/,
  ],
  ['ACR', 'The operation is disallowed.', {}, /is locked/],
  ['Harbor', 'The system is in read only mode. Any modification is prohibited.', { code: 'DENIED' }, /takes no pushes/],
  ['Harbor', 'can not push artifact to a proxy project: cache', { status: 405, code: 'METHOD_NOT_ALLOWED' }, /takes no pushes/],
  ['Harbor', 'project demo not found', { status: 404, code: 'NOT_FOUND' }, /has no repository/],
  [
    'Quay',
    'System is currently read-only. Pulls will succeed but all write operations are currently suspended.',
    { status: 405 },
    /takes no pushes/,
  ],
  ['Quay', 'Quota has been exceeded on namespace', { code: 'DENIED' }, /no room left/],
  [
    'Docker Hub',
    'access token has insufficient scopes',
    { status: 401, code: 'UNAUTHORIZED' },
    /^The token for r\.example has not the scope/,
  ],
  ['Docker Hub', 'requested access to the resource is denied', { status: 403, code: 'DENIED' }, undefined],
  ['ghcr.io', 'permission_denied: The token provided does not match expected scopes.', { code: 'DENIED' }, /has not the scope/],
  [
    'ghcr.io',
    'permission_denied: installation not allowed to Create organization package',
    { code: 'DENIED' },
    /`permissions: packages: write`/,
  ],
  ['ghcr.io', 'permission_denied: write_package', { code: 'DENIED' }, /`permissions: packages: write`/],
  ['Gitea', 'maximum allowed package type size exceeded', { code: 'DENIED' }, /no room left/],
  ['GitLab', 'invalid repository name', { status: 400, code: 'NAME_INVALID' }, /takes no repository called shop\/app/],
  ['Nexus', 'Repository is read-only: docker', { status: 403 }, /takes no pushes/],
  ['Nexus', 'Repository does not allow updating assets: docker', { status: 400 }, /tags are immutable/],
  ['Artifactory', 'manifest invalid', { status: 403, code: 'MANIFEST_INVALID' }, /this user may not overwrite it/],
  [
    'Artifactory',
    "Not enough permissions to delete/overwrite artifact 'docker-local:app/1/manifest.json' (user 'ci' needs DELETE permission).",
    {},
    /this user may not overwrite it/,
  ],
  [
    'Artifactory',
    "User ci is not permitted to deploy 'app/1/manifest.json' into 'docker-local:app/1/manifest.json'.",
    {},
    undefined,
  ],
  ['Artifactory', 'No local repository configured for deployment', { status: 400 }, /takes no pushes/],
  ['DigitalOcean', 'registry contains 1 repositories, limit is 1', { code: 'DENIED' }, /no room left/],
])('%s: %s', (_registry, message, refused, said) => {
  const told = meaningOf({ status: 403, code: undefined, ...refused, message }, 'r.example/shop/app', 'push the tag 1');
  if (said === undefined) expect(told).toBeUndefined();
  else expect(told).toMatch(said);
});
