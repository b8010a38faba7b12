/** Inputs of docker/build-push-action, bake-action, metadata-action and login-action that are called otherwise here; docs/migrate-build.md has them all. */
export const CALLED_OTHERWISE = {
  dockerfile: 'file',
  files: 'file',
  path: 'context',
  workdir: 'context',
  tag: 'tags',
  image: 'images',
  'image-name': 'images',
  repository: 'images',
  platform: 'platforms',
  token: 'password',
  user: 'username',
  args: 'build-args',
  'build-arg': 'build-args',
  secret: 'secrets',
  cache: 'cache-from',
} as const;

/** Those that have no counterpart. */
export const NOT_HERE = {
  source:
    'Check the definition out and name it with `file`: what the engine fetches can not be looked through before it is built.',
  'bake-target': 'Leave it out: the targets of a bake file get their names and labels by themselves.',
  'sep-tags': 'Leave it out: outputs are lists by lines.',
  'sep-labels': 'Leave it out: outputs are lists by lines.',
  'sep-annotations': 'Leave it out: outputs are lists by lines.',
  ecr: "Get the password with the cloud's own action, and give it as `password` (docs/connect.md).",
  logout: 'Leave it out: the login is for this step alone.',
  scope: 'Leave it out: the login is for this step alone.',
  'registry-auth': 'Log in with `docker login` in a step before this one where there are several registries.',
} as const;
