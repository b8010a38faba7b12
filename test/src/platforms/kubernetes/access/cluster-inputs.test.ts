import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readInputs } from '../../../../../src/hosts/github-actions/read-inputs.js';
import { defineAction } from '../../../../../src/kernel/define.js';
import { clusterConflicts, clusterInputs } from '../../../../../src/platforms/kubernetes/access/cluster-inputs.js';
import { selectContext } from '../../../../../src/platforms/kubernetes/access/context.js';
import { inClusterKubeconfig } from '../../../../../src/platforms/kubernetes/access/kubeconfig-sources.js';
import { environmentOf } from '../bed.js';

const action = defineAction({ name: 'a', summary: 's', inputs: clusterInputs, outputs: {}, conflicts: clusterConflicts });
const config = (context: string) =>
  `kind: Config\ncurrent-context: ${context}\nclusters: [{name: c, cluster: {server: 'https://c'}}]\ncontexts: [{name: ${context}, context: {cluster: c}}]\n`;

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'd9-home-'));
  mkdirSync(join(home, '.kube'));
  writeFileSync(join(home, '.kube', 'config'), config('from-home'));
  writeFileSync(join(home, 'one'), config('from-one'));
  writeFileSync(join(home, 'two'), config('from-two'));
});
afterAll(() => rmSync(home, { recursive: true }));

const read = (variables: Record<string, string>) => readInputs(action, environmentOf(variables, home));

describe('kubeconfig', () => {
  test.each([
    ['its content', { INPUT_KUBECONFIG: config('inline') }, 'inline'],
    ['a path in the workspace', { INPUT_KUBECONFIG: 'one' }, 'from-one'],
    ['a path in the home directory', { INPUT_KUBECONFIG: '~/two', HOME: 'HOME' }, 'from-two'],
    ['KUBECONFIG, several files, one of them missing', { KUBECONFIG: 'gone:two:one' }, 'from-two'],
    ['~/.kube/config when nothing is said', { HOME: 'HOME' }, 'from-home'],
    ['the same on Windows, which has no HOME', { USERPROFILE: 'HOME' }, 'from-home'],
  ])('%s is used', async (_what, variables: Record<string, string>, context) => {
    const withHome = Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, value === 'HOME' ? home : value]));
    expect((await read(withHome)).kubeconfig.currentContext).toBe(context);
  });

  test.each([
    [
      'a missing file',
      { INPUT_KUBECONFIG: './gone' },
      'Input `kubeconfig`: there is no file "./gone"; give the content of a kubeconfig',
    ],
    ['a directory', { INPUT_KUBECONFIG: '.kube' }, '".kube" can\'t be read (EISDIR)'],
    [
      'files in KUBECONFIG that are all missing',
      { KUBECONFIG: 'gone.yml:/tmp/away' },
      'KUBECONFIG names gone.yml and /tmp/away, which do not exist',
    ],
    ['nothing at all', {}, 'there is no kubeconfig: '],
  ])('%s is said', async (_what, variables, message) => {
    await expect(read(variables)).rejects.toThrow(message);
  });

  test('base64 where the content belongs is not printed back', async () => {
    const secret = Buffer.from(config('x')).toString('base64');
    for (const written of [secret, secret.replace(/.{76}/g, '$&\n'), `${secret}\n`]) {
      await expect(read({ INPUT_KUBECONFIG: written })).rejects.toThrow(/if it is base64, decode it first/);
      await expect(read({ INPUT_KUBECONFIG: written })).rejects.not.toThrow(secret.slice(0, 76));
    }
  });

  test.each([
    ['a JSON web token', `eyJhbGciOiJSUzI1NiIs.${'eyJpc3MiOiJrdWJlIn0'.repeat(4)}.abc-DEF_ghi`],
    ['a short one', 'eyJhbGciOi.eyJrdWJl.kube-sig'],
    ["kubeadm's bootstrap token", 'abcdef.0123456789abcdef'],
    ["Rancher's", 'kubeconfig-u-x7k2p:7tq9h4x2lqm5z8wv6c3b1n0d9f8g7h6j5k4l3m2n1p0q'],
    ["GitHub's", 'ghp_16C7e42F292c6912E7710c838347Ae178B4a'],
    ["AWS's key with slashes", 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'],
    ['a word', 'hunter2'],
  ])('%s where a kubeconfig belongs is not printed back', async (_what, token) => {
    for (const variables of [{ INPUT_KUBECONFIG: token }, { KUBECONFIG: token }] as Array<Record<string, string>>) {
      await expect(read(variables)).rejects.toThrow(/characters, not shown because it may be a secret/);
      for (const part of token.split(/[.:/]/)) await expect(read(variables)).rejects.not.toThrow(part);
    }
  });

  test('content in KUBECONFIG is not printed back', async () => {
    const content = config('x');
    await expect(read({ KUBECONFIG: content })).rejects.toThrow('not shown because it may be a secret');
    await expect(read({ KUBECONFIG: content })).rejects.not.toThrow('server');
  });

  test('a bad kubeconfig is reported together with the other bad inputs', async () => {
    await expect(read({ INPUT_KUBECONFIG: '{"kind":"Pod"}', INPUT_NAMESPACE: 'No_Label' })).rejects.toThrow(
      /2 things are wrong:[\s\S]*not a kubeconfig[\s\S]*not a DNS label/,
    );
  });

  test('an unknown context names the contexts there are', async () => {
    await expect(read({ INPUT_KUBECONFIG: 'one', INPUT_CONTEXT: 'prod' })).rejects.toThrow(
      'Input `context`: kubeconfig one does not have context "prod". It has: from-one.',
    );
  });
});

test('two files in KUBECONFIG that use the same names are one kubeconfig: the first counts, and each finds its own files', async () => {
  const file = (folder: string, user: string, more: object = {}) => {
    mkdirSync(join(home, folder));
    writeFileSync(
      join(home, folder, 'config'),
      JSON.stringify({
        kind: 'Config',
        clusters: [{ name: 'kubernetes', cluster: { server: `https://${folder}`, 'certificate-authority': 'ca.crt' } }],
        contexts: [{ name: 'admin@kubernetes', context: { cluster: 'kubernetes', user } }],
        users: [
          { name: 'admin', user: { token: folder } },
          { name: user, user: { tokenFile: 'token' } },
        ],
        ...more,
      }),
    );
    return join(home, folder, 'config');
  };
  const first = file('first', 'one');
  const second = file('second', 'two', { 'current-context': 'admin@kubernetes' });
  const { kubeconfig } = await read({ KUBECONFIG: `${first}:${second}` });
  expect(selectContext(kubeconfig)).toMatchObject({
    cluster: { server: 'https://first', certificateAuthority: { file: join(home, 'first', 'ca.crt') } },
    user: { tokenFile: join(home, 'first', 'token') },
  });
  expect(kubeconfig.users.get('admin')?.token).toBe('first');
  expect(kubeconfig.users.get('two')?.tokenFile).toBe(join(home, 'second', 'token'));
});

describe('in a pod', () => {
  const variables = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' };

  test('the service account of the pod is used, with its namespace', () => {
    const account = join(home, 'account');
    mkdirSync(account);
    for (const [name, content] of Object.entries({ token: 't', 'ca.crt': 'c', namespace: 'shop\n' }))
      writeFileSync(join(account, name), content);
    const kubeconfig = inClusterKubeconfig(environmentOf(variables), account);
    expect(kubeconfig?.clusters.get('in-cluster')?.server).toBe('https://[fd00::1]:443');
    expect(kubeconfig?.users.get('in-cluster')?.tokenFile).toBe(join(account, 'token'));
    expect(kubeconfig?.contexts.get('in-cluster')?.namespace).toBe('shop');
  });

  test('a pod without service account token is not taken for access', () => {
    expect(inClusterKubeconfig(environmentOf(variables), join(home, 'nowhere'))).toBeUndefined();
  });
});
