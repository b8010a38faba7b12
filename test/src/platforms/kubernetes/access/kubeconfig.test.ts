import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dump } from 'js-yaml';
import { UserError } from '../../../../../src/kernel/errors.js';
import { selectContext } from '../../../../../src/platforms/kubernetes/access/context.js';
import { mergeKubeconfigs, parseKubeconfig } from '../../../../../src/platforms/kubernetes/access/kubeconfig.js';

const YAML = `
apiVersion: v1
kind: Config
current-context: prod
clusters:
- name: prod
  cluster:
    server: https://10.0.0.1:6443
    certificate-authority: pki/ca.crt
    extensions:
    - name: client.authentication.k8s.io/exec
      extension: { audience: prod }
- name: broken
  cluster: { server: 10.0.0.1 }
contexts:
- { name: prod, context: { cluster: prod, user: ci, namespace: shop } }
- { name: anonymous, context: { cluster: prod } }
- { name: no-cluster, context: { cluster: gone, user: ci } }
- { name: no-user, context: { cluster: prod, user: gone } }
- { name: no-url, context: { cluster: broken } }
users:
- name: ci
  user:
    tokenFile: tokens/ci
    client-certificate-data: ${'QUJD'.repeat(100)}
    client-key: /abs/ci.key
    exec: { apiVersion: client.authentication.k8s.io/v1, command: ./login, args: [a], env: [{ name: A, value: "1" }], provideClusterInfo: true }
    as: deployer
    as-groups: [a, b]
    as-user-extra: { reason: [canary] }
`;
const parse = (text: string) => parseKubeconfig(text, 'kubeconfig x', '/home/me/.kube');

describe('parseKubeconfig', () => {
  test('relative paths start at the kubeconfig, so that a kubeconfig works from any working directory', async () => {
    const { users, clusters } = await parse(YAML);
    expect(clusters.get('prod')?.certificateAuthority).toEqual({ file: '/home/me/.kube/pki/ca.crt' });
    expect(users.get('ci')).toMatchObject({
      tokenFile: '/home/me/.kube/tokens/ci',
      clientKey: { file: '/abs/ci.key' },
      exec: { command: '/home/me/.kube/login' },
    });
  });

  test('a credential plugin that is a bare name stays one, so that it is found in PATH', async () => {
    expect((await parse(YAML.replace('./login', 'aws'))).users.get('ci')?.exec?.command).toBe('aws');
  });

  test('long values come back unharmed', async () => {
    expect((await parse(YAML)).users.get('ci')?.clientCertificate).toEqual({ base64: 'QUJD'.repeat(100) });
  });

  test('data in the kubeconfig wins over a file, as in kubectl', async () => {
    const both = YAML.replace(
      'certificate-authority: pki/ca.crt',
      'certificate-authority: pki/ca.crt\n    certificate-authority-data: QUJD',
    );
    expect((await parse(both)).clusters.get('prod')?.certificateAuthority).toEqual({ base64: 'QUJD' });
  });

  test('impersonation and the plugin extension are read', async () => {
    const { users, clusters } = await parse(YAML);
    expect(users.get('ci')?.impersonate).toEqual({
      user: 'deployer',
      uid: undefined,
      groups: ['a', 'b'],
      extra: { reason: ['canary'] },
    });
    expect(clusters.get('prod')?.execConfig).toEqual({ audience: 'prod' });
  });

  test.each([
    ['a list', '- a\n- b', 'the document must be a mapping'],
    ['a bare word', 'hello', 'the document must be a mapping'],
    ['another kind', 'kind: Pod', 'neither "kind: Config" nor clusters'],
    ['clusters that are no list', 'kind: Config\nclusters: {}', 'clusters must be a list'],
    ['a cluster without mapping', 'kind: Config\nclusters: [{name: a, cluster: 3}]', 'clusters[0].cluster must be a mapping'],
    ['a token that is a list', 'kind: Config\nusers: [{name: a, user: {token: [x]}}]', 'users[0].user.token must be text'],
    [
      'a token with a blank',
      'kind: Config\nusers: [{name: a, user: {token: "x y"}}]',
      'users[0].user.token must be a token on one line',
    ],
    ['broken YAML', 'kind: Config\n  a: [', 'not readable as YAML or JSON: '],
    ['broken JSON', '{"kind": ', 'not readable as YAML or JSON'],
  ])('%s is refused in words', async (_what, text, message) => {
    await expect(parse(text)).rejects.toThrow(UserError);
    await expect(parse(text)).rejects.toThrow(message);
  });

  test('a broken kubeconfig is never quoted, because it holds secrets', async () => {
    for (const text of ['kind: Config\nusers: [{ token: s3cr3t-token', '{"token": "s3cr3t-token"', 's3cr3t-token']) {
      let said: unknown;
      try {
        await parse(text);
      } catch (error) {
        said = error;
      }
      expect(said).toBeInstanceOf(UserError);
      expect(`${(said as Error).stack} ${String((said as Error).cause)}`).not.toContain('s3cr3t-token');
    }
  });

  test('a token is meant without the line break that it was stored with', async () => {
    const { users } = await parse('kind: Config\nusers: [{ name: a, user: { token: "abc\\n" } }]');
    expect(users.get('a')?.token).toBe('abc');
  });

  test('of two entries with one name in a file, the first one counts', async () => {
    const users = [
      { name: 'a', user: { token: 'first' } },
      { name: 'a', user: { token: 'second' } },
    ];
    expect((await parse(JSON.stringify({ kind: 'Config', users }))).users.get('a')?.token).toBe('first');
  });

  test('an empty file is an empty kubeconfig, as in kubectl', async () => {
    expect((await parse('\n')).contexts.size).toBe(0);
  });

  test('a kubeconfig means the same in YAML, JSON and with values of any length', async () => {
    const value = fc.stringMatching(/^[A-Za-z0-9+/=_.-]{0,300}$/);
    await fc.assert(
      fc.asyncProperty(value, value, fc.string(), async (token, ca, namespace) => {
        const document = {
          kind: 'Config',
          clusters: [{ name: 'c', cluster: { server: 'https://c', 'certificate-authority-data': ca } }],
          contexts: [{ name: 'c', context: { cluster: 'c', user: 'u', namespace } }],
          users: [{ name: 'u', user: { token } }],
        };
        expect(await parse(dump(document))).toEqual(await parse(JSON.stringify(document)));
      }),
    );
  });

  test('no text makes anything but a UserError', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (text) => {
        try {
          await parse(text);
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
        }
      }),
    );
  });
});

describe('mergeKubeconfigs', () => {
  test('of two files in KUBECONFIG, the first one counts', async () => {
    const one = await parse('{"kind":"Config","users":[{"name":"a","user":{"token":"first"}}]}');
    const two = await parse(
      '{"kind":"Config","current-context":"c","users":[{"name":"a","user":{"token":"second"}},{"name":"b","user":{}}]}',
    );
    const merged = mergeKubeconfigs([one, two]);
    expect(merged.users.get('a')?.token).toBe('first');
    expect([...merged.users.keys()].toSorted()).toEqual(['a', 'b']);
    expect(merged.currentContext).toBe('c');
  });
});

describe('selectContext', () => {
  test('the current context is used when none is asked for', async () => {
    expect(selectContext(await parse(YAML))).toMatchObject({ contextName: 'prod', namespace: 'shop', userName: 'ci' });
  });

  test('a context without user has no credentials', async () => {
    expect(selectContext(await parse(YAML), 'anonymous').user).toBeUndefined();
  });

  test.each([
    ['nope', 'kubeconfig x does not have context "nope". It has: '],
    ['no-cluster', 'names cluster "gone", which is not there; clusters: '],
    ['no-user', 'names user "gone", which is not there; users: ci'],
    ['no-url', 'must be a URL that starts with https://, not "10.0.0.1"'],
  ])('context %s is refused with what there is', async (name, message) => {
    const kubeconfig = await parse(YAML);
    expect(() => selectContext(kubeconfig, name)).toThrow(message);
  });

  test('without current-context the contexts are listed', async () => {
    const kubeconfig = await parse(YAML.replace('current-context: prod', ''));
    expect(() => selectContext(kubeconfig)).toThrow(/no current-context; .*prod/);
  });
});
