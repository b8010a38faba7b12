import { expect, test } from '@jest/globals';
import type { V1ConfigMap } from '@kubernetes/client-node';
import { applyPatch, type Operation } from 'rfc6902';
import { ApiError, type Cluster, type JsonPatchOperation } from '../../../../../src/platforms/kubernetes/api/cluster.js';
import { editObject, leaveObject, markObject } from '../../../../../src/platforms/kubernetes/api/edit-object.js';
import { FENCE_LABEL } from '../../../../../src/platforms/kubernetes/api/fence-mark.js';
import { CONFIG_MAP } from '../../../../../src/platforms/kubernetes/api/kinds.js';
import { anySignal } from '../bed.js';

/** One object on a server; `meddle` happens just before a write arrives. */
class Server {
  object: V1ConfigMap | undefined = { metadata: { name: 'menu', resourceVersion: '1' }, data: { dish: 'soup' } };
  meddle: () => void = () => undefined;
  readonly asked: string[] = [];
  readonly stood: boolean[] = [];

  change(data: Record<string, string>, labels?: Record<string, string>): void {
    const { metadata, data: before } = this.object ?? {};
    const version = String(Number(metadata?.resourceVersion) + 1);
    this.object = {
      metadata: { ...metadata, resourceVersion: version, ...(labels && { labels }) },
      data: { ...before, ...data },
    };
  }

  get cluster(): Cluster {
    return {
      namespace: 'shop',
      fence: {
        mark: 'ours',
        confirm: async () => void this.asked.push('confirm'),
        stands: (_kind: unknown, _name: string, isThere: boolean) => void this.stood.push(isThere),
      },
      read: async () => {
        this.asked.push('read');
        return structuredClone(this.object);
      },
      patch: async (_kind: unknown, _name: string, operations: readonly JsonPatchOperation[]) => {
        this.asked.push('patch');
        const { meddle } = this;
        this.meddle = () => undefined;
        meddle();
        if (!this.object) throw new ApiError(404, 'NotFound', 'gone');
        const patched = structuredClone(this.object);
        if (applyPatch(patched, operations as Operation[]).some((failure) => failure !== null))
          throw new ApiError(422, 'Invalid', 'a test failed');
        this.object = patched;
        this.change({});
        return structuredClone(this.object);
      },
    } as unknown as Cluster;
  }
}

const toStew = ({ data }: V1ConfigMap) =>
  data?.dish === 'stew' ? [] : [{ op: 'replace', path: '/data/dish', value: 'stew' } as const];
const edit = (server: Server, seen?: V1ConfigMap) => editObject(server.cluster, CONFIG_MAP, 'menu', toStew, anySignal(), seen);

test('an edit is planned anew on what somebody else wrote meanwhile, after the right to it was asked for once more', async () => {
  const server = new Server();
  server.meddle = () => server.change({ side: 'bread' });
  expect(await edit(server)).toMatchObject({
    data: { dish: 'stew', side: 'bread' },
    metadata: { labels: { [FENCE_LABEL]: 'ours' } },
  });
  expect(server.asked).toEqual(['read', 'patch', 'read', 'confirm', 'patch']);
  expect(server.stood).toEqual([true]);
});

test('while our own mark stands nobody has taken the right over, so it is not asked for', async () => {
  const server = new Server();
  server.change({}, { [FENCE_LABEL]: 'ours' });
  server.meddle = () => server.change({ side: 'bread' });
  await edit(server);
  expect(server.asked).toEqual(['read', 'patch', 'read', 'patch']);
});

test('one that is as it should be is not written, and one that is gone is no error', async () => {
  const server = new Server();
  server.change({ dish: 'stew' });
  expect(await edit(server)).toMatchObject({ data: { dish: 'stew' } });
  server.object = undefined;
  expect(await edit(server)).toBeUndefined();
  expect(server.asked).toEqual(['read', 'read']);
});

test('one that is deleted between the look and the write is gone, and no error', async () => {
  for (const seen of [undefined, new Server().object]) {
    const server = new Server();
    server.meddle = () => {
      server.object = undefined;
    };
    expect(await edit(server, seen)).toBeUndefined();
    expect(server.stood).toEqual([]);
  }
});

test('what was seen before spares the read, and is refused when it is out of date', async () => {
  const server = new Server();
  expect(await edit(server, structuredClone(server.object))).toMatchObject({ data: { dish: 'stew' } });
  expect(server.asked).toEqual(['patch']);

  const late = new Server();
  const seen = structuredClone(late.object);
  late.change({ side: 'bread' });
  expect(await edit(late, seen)).toMatchObject({ data: { dish: 'stew', side: 'bread' } });
  expect(late.asked).toEqual(['patch', 'read', 'confirm', 'patch']);
});

test('that nothing is to be changed is not concluded from what was seen before', async () => {
  const server = new Server();
  const seen = { ...structuredClone(server.object), data: { dish: 'stew' } };
  expect(await edit(server, seen)).toMatchObject({ data: { dish: 'stew' } });
  expect(server.asked).toEqual(['read', 'patch']);
});

test('a mark alone is put on, and goes with the last edit', async () => {
  const server = new Server();
  await markObject(server.cluster, CONFIG_MAP, 'menu', anySignal());
  expect(server.object).toMatchObject({ metadata: { labels: { [FENCE_LABEL]: 'ours' } }, data: { dish: 'soup' } });
  await leaveObject(server.cluster, CONFIG_MAP, 'menu', toStew, anySignal());
  expect(server.object).toMatchObject({ metadata: { labels: {} }, data: { dish: 'stew' } });
  expect(server.stood).toEqual([true, false]);
});
