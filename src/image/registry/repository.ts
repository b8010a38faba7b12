import type { BodyStream, HttpAnswer } from '../../http/connection.js';
import type { RetryLimits } from '../../http/retry.js';
import { digestOf, MANIFEST_TYPES, type Manifest } from './manifest.js';
import { orOutOfReach } from './out-of-reach.js';
import { type Attempted, explainNoRegistry, explainRefusal, type RegistryRefusal } from './refusal.js';
import { header, type Registry, type RegistryRequest } from './registry.js';

/** One repository of a registry: its tags, manifests and blobs. */
export class Repository {
  readonly registry: Registry;
  /** Without the registry. */
  readonly path: string;
  readonly #limits: RetryLimits;
  readonly #scope: string;

  /** @param access what the user must be allowed; a token server may refuse to give a part of what is asked for */
  constructor(registry: Registry, path: string, limits: RetryLimits, access: 'pull' | 'pull,push') {
    this.registry = registry;
    this.path = path;
    this.#limits = limits;
    this.#scope = `repository:${path}:${access}`;
  }

  /** As it stands in front of a tag. */
  get name(): string {
    return `${this.registry.name}/${this.path}`;
  }

  /** @returns the digest behind a tag or digest; undefined when there is none */
  async digestOf(reference: string, signal: AbortSignal): Promise<string | undefined> {
    const what = `read ${reference}`;
    const answer = await this.#send({ method: 'HEAD', path: this.#manifest(reference), accept: MANIFEST_TYPES }, what, signal);
    if (answer.status === 404) return undefined;
    this.#require(answer, [200], what);
    // Some registries leave the digest out of the answer to HEAD (distribution-spec: SHOULD).
    return header(answer, 'docker-content-digest') ?? (await this.manifest(reference, signal))?.digest;
  }

  /** @returns undefined when there is none */
  async manifest(reference: string, signal: AbortSignal): Promise<Manifest | undefined> {
    const what = `read ${reference}`;
    const answer = await this.#send({ method: 'GET', path: this.#manifest(reference), accept: MANIFEST_TYPES }, what, signal);
    if (answer.status === 404) return undefined;
    this.#require(answer, [200], what);
    if (!isManifest(answer.body)) throw this.#noRegistry(answer, what);
    const mediaType = header(answer, 'content-type')?.split(';')[0]?.trim() ?? 'application/vnd.oci.image.manifest.v1+json';
    return { mediaType, digest: digestOf(answer.body), content: answer.body };
  }

  /**
   * Stores a manifest under a tag or under its digest.
   * @throws RegistryRefusal when it is not taken, e.g. because the tag is immutable
   */
  async put(reference: string, { mediaType, content }: Manifest, signal: AbortSignal): Promise<void> {
    const request = { method: 'PUT', path: this.#manifest(reference), body: content, contentType: mediaType } as const;
    const what = reference.startsWith('sha256:') ? `push ${reference}` : `push the tag ${reference}`;
    this.#require(await this.#send(request, what, signal), [200, 201, 202], what);
  }

  /** Takes a tag away, where the registry can do that. @returns false where it can't */
  async removeTag(tag: string, signal: AbortSignal): Promise<boolean> {
    const { status } = await this.#send({ method: 'DELETE', path: this.#manifest(tag) }, `remove the tag ${tag}`, signal);
    return status === 404 || (status >= 200 && status < 300);
  }

  /** A small blob as text. */
  async blob(digest: string, signal: AbortSignal): Promise<string> {
    const what = `read ${digest}`;
    const answer = await this.#send({ method: 'GET', path: `/v2/${this.path}/blobs/${digest}` }, what, signal);
    this.#require(answer, [200], what);
    return answer.body;
  }

  async hasBlob(digest: string, signal: AbortSignal): Promise<boolean> {
    const request = { method: 'HEAD', path: `/v2/${this.path}/blobs/${digest}` } as const;
    const { status } = await this.#send(request, `look for ${digest}`, signal);
    return status === 200;
  }

  /** Uploads a blob whole; broken off, it starts anew. */
  async upload(digest: string, body: BodyStream, signal: AbortSignal): Promise<void> {
    const once = async (): Promise<HttpAnswer> => {
      const opened = await this.registry.send(this.#opening, this.#scope, signal);
      const location = locationOf(opened, this.#opening.path);
      if (opened.status !== 202 || location === undefined) return opened;
      const path = `${location}${location.includes('?') ? '&' : '?'}digest=${encodeURIComponent(digest)}`;
      return this.registry.send({ method: 'PUT', path, body, contentType: 'application/octet-stream' }, this.#scope, signal);
    };
    const what = `push ${digest}`;
    const answer = await this.registry
      .retry(`blob ${digest.slice(0, 19)}`, once, this.#limits, signal)
      .catch(orOutOfReach(this.registry.name, this.path, what));
    this.#require(answer, [201], what);
  }

  /**
   * Finds out whether the user may push, and whether the registry takes anything at the moment, by opening an upload and giving it up.
   * @throws RegistryRefusal when not
   */
  async requirePush(signal: AbortSignal): Promise<void> {
    const answer = await this.#send(this.#opening, 'push', signal);
    this.#require(answer, [202], 'push');
    const location = locationOf(answer, this.#opening.path);
    // Not every registry lets go of an upload; those that don't drop it by themselves.
    if (location === undefined) return;
    await this.registry.send({ method: 'DELETE', path: location }, this.#scope, signal).catch(() => signal.throwIfAborted());
  }

  get #opening(): RegistryRequest {
    return { method: 'POST', path: `/v2/${this.path}/blobs/uploads/` };
  }

  #manifest(reference: string): string {
    return `/v2/${this.path}/manifests/${reference}`;
  }

  /** @throws RegistryOutOfReach without an answer */
  #send(request: RegistryRequest, what: string, signal: AbortSignal): Promise<HttpAnswer> {
    const send = async (): Promise<HttpAnswer> => {
      let { path } = request;
      for (let hop = 1; ; hop++) {
        const answer = await this.registry.send({ ...request, path }, this.#scope, signal);
        const next = request.method === 'GET' || request.method === 'HEAD' ? redirection(answer, path) : undefined;
        if (next === undefined || hop > MOST_HOPS) return answer;
        path = next;
      }
    };
    return this.registry
      .retry(`${request.method} ${request.path}`, send, this.#limits, signal)
      .catch(orOutOfReach(this.registry.name, this.path, what));
  }

  #require(answer: HttpAnswer, allowed: readonly number[], what: string): void {
    if (allowed.includes(answer.status)) return;
    throw explainRefusal(answer, this.#attempted(what));
  }

  #noRegistry(answer: HttpAnswer, what: string): RegistryRefusal {
    return explainNoRegistry(answer, this.#attempted(what));
  }

  #attempted(what: string): Attempted {
    const { name: registry, credentials } = this.registry;
    return { registry, repository: this.path, what, credentials };
  }
}

/** Registries keep blobs elsewhere, and some (registry.k8s.io) manifests too. */
const MOST_HOPS = 3;

const redirection = (answer: HttpAnswer, path: string): string | undefined =>
  [301, 302, 303, 307, 308].includes(answer.status) ? locationOf(answer, path) : undefined;

/** A location may be relative to what was asked (RFC 9110 §10.2.2). @returns an absolute URL, or a path from the root of the registry */
function locationOf(answer: HttpAnswer, path: string): string | undefined {
  const location = header(answer, 'location');
  if (location === undefined || URL.canParse(location)) return location;
  const base = new URL(path, 'http://registry.invalid');
  const resolved = new URL(location, base);
  return resolved.host === base.host && !URL.canParse(path) ? `${resolved.pathname}${resolved.search}` : resolved.href;
}

/** Whatever else answers with 200 gives a page for people. */
function isManifest(body: string): boolean {
  try {
    const content: unknown = JSON.parse(body);
    return (
      typeof content === 'object' &&
      content !== null &&
      ('schemaVersion' in content || 'manifests' in content || 'layers' in content)
    );
  } catch {
    return false;
  }
}
