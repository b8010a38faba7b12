import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request, as the registry saw it. */
export interface RegistryRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** Answers a request in the registry's place. @returns whether it did */
export type Hook = (request: RegistryRequest, response: ServerResponse) => boolean;

/** A registry in memory: manifests, tags and blobs of any repository (distribution-spec v1.1), as far as the action uses them. */
export class FakeRegistry {
  readonly requests: RegistryRequest[] = [];
  /** `repository:tag` → digest. */
  readonly tags = new Map<string, string>();
  readonly manifests = new Map<string, { readonly mediaType: string; readonly content: string }>();
  readonly blobs = new Map<string, string>();
  hook: Hook = () => false;
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  static async start(): Promise<FakeRegistry> {
    const registry = new FakeRegistry();
    registry.#server.listen(0, '127.0.0.1');
    await once(registry.#server, 'listening');
    return registry;
  }

  /** Host and port. */
  get name(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** Stores an image of the given layers. @param about further fields of its configuration @returns its digest */
  addImage(layers: readonly string[], createdBy: readonly string[] = [], tag?: string, about: object = {}): string {
    const config = JSON.stringify({
      os: 'linux',
      architecture: 'amd64',
      history: createdBy.map((text) => ({ created_by: text })),
      ...about,
    });
    const content = JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: this.#addBlob(config),
      layers: layers.map((layer) => this.#addBlob(layer)),
    });
    const digest = digestOf(content);
    this.manifests.set(digest, { mediaType: 'application/vnd.oci.image.manifest.v1+json', content });
    if (tag !== undefined) this.tags.set(tag, digest);
    return digest;
  }

  /** Stores an index. @param parts platform → digest of its image @returns its digest */
  addIndex(parts: Readonly<Record<string, string>>, tag?: string): string {
    const mediaType = 'application/vnd.oci.image.index.v1+json';
    const manifests = Object.entries(parts).map(([platform, part]) => {
      const [os, architecture, variant] = platform.split('/');
      const of = this.manifests.get(part) ?? { mediaType: '', content: '' };
      return { mediaType: of.mediaType, digest: part, size: of.content.length, platform: { os, architecture, variant } };
    });
    const content = JSON.stringify({ schemaVersion: 2, mediaType, manifests });
    const digest = digestOf(content);
    this.manifests.set(digest, { mediaType, content });
    if (tag !== undefined) this.tags.set(tag, digest);
    return digest;
  }

  /** All images and blobs as an OCI image layout of one of them: path → content. */
  layoutOf(digest: string): Record<string, string> {
    const { mediaType = '', content = '' } = this.manifests.get(digest) ?? {};
    const all = [...this.blobs, ...[...this.manifests].map(([name, manifest]) => [name, manifest.content] as const)];
    return {
      'index.json': JSON.stringify({ manifests: [{ mediaType, digest, size: content.length }] }),
      ...Object.fromEntries(all.map(([name, text]) => [`blobs/${name.replace(':', '/')}`, text])),
    };
  }

  #addBlob(content: string) {
    const digest = digestOf(content);
    this.blobs.set(digest, content);
    return { mediaType: 'application/octet-stream', digest, size: Buffer.byteLength(content) };
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const request = {
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      authorization: incoming.headers.authorization,
      body: Buffer.concat(chunks).toString(),
    };
    this.requests.push(request);
    if (this.hook(request, response)) return;
    this.#answer(request, incoming.headers['content-type'] ?? '', response);
  }

  #answer({ method, path, body }: RegistryRequest, contentType: string, response: ServerResponse): void {
    const [, repository = '', kind, rest = ''] = /^\/v2\/(.+)\/(manifests|blobs)\/(.*)$/.exec(path) ?? [];
    if (kind === 'manifests') this.#manifest(method, repository, rest, body, contentType, response);
    else if (method === 'POST') response.writeHead(202, { location: `${path}1?state=a` }).end();
    else if (method === 'PUT') {
      this.blobs.set(new URL(path, 'http://x').searchParams.get('digest') ?? '', body);
      response.writeHead(201).end();
    } else if (method === 'DELETE') response.writeHead(204).end();
    else {
      const blob = this.blobs.get(rest);
      response.writeHead(blob === undefined ? 404 : 200).end(method === 'HEAD' ? undefined : blob);
    }
  }

  #manifest(
    method: string,
    repository: string,
    reference: string,
    body: string,
    mediaType: string,
    response: ServerResponse,
  ): void {
    const name = `${repository}:${reference}`;
    if (method === 'PUT') {
      const digest = digestOf(body);
      this.manifests.set(digest, { mediaType, content: body });
      if (!reference.startsWith('sha256:')) this.tags.set(name, digest);
      response.writeHead(201, { 'docker-content-digest': digest }).end();
      return;
    }
    if (method === 'DELETE') {
      response.writeHead(this.tags.delete(name) ? 202 : 404).end();
      return;
    }
    const digest = reference.startsWith('sha256:') ? reference : this.tags.get(name);
    const found = digest === undefined ? undefined : this.manifests.get(digest);
    if (digest === undefined || found === undefined) {
      response.writeHead(404).end();
      return;
    }
    response
      .writeHead(200, { 'content-type': found.mediaType, 'docker-content-digest': digest })
      .end(method === 'HEAD' ? undefined : found.content);
  }
}

const digestOf = (content: string): string => `sha256:${createHash('sha256').update(content).digest('hex')}`;

/** Answers with a status; the registry's own error format. */
export function refuse(
  response: ServerResponse,
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ errors: [{ code, message }] }));
  return true;
}
