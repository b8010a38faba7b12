import { createHash } from 'node:crypto';
import http from 'node:http';

/** The part of an OCI image configuration that is looked at. */
export interface ImageConfig {
  readonly config?: { readonly Labels?: Readonly<Record<string, string>> | null };
}

interface Manifest {
  readonly config?: { readonly digest: string };
  readonly manifests?: readonly { readonly digest: string; readonly platform?: { os: string; architecture: string } }[];
}

const mediaTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/**
 * Looks an image up (OCI distribution specification: manifests by tag or digest, then the configuration's blob).
 * @returns undefined when the registry has none
 */
export async function fetchManifest(
  registry: string,
  repository: string,
  version: string,
): Promise<{ digest: string; config: ImageConfig } | undefined> {
  const base = `http://${registry}/v2/${repository}`;
  const text = await fetchText(`${base}/manifests/${version}`);
  if (text === undefined) return undefined;
  const manifest = JSON.parse(text) as Manifest;
  const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`;
  if (manifest.manifests !== undefined) {
    const isOurs = ({ platform }: { platform?: { os: string; architecture: string } }) =>
      platform?.os === 'linux' && platform.architecture === 'amd64';
    const chosen = manifest.manifests.find(isOurs) ?? manifest.manifests[0];
    const inner = chosen && (await fetchManifest(registry, repository, chosen.digest));
    return inner && { digest, config: inner.config };
  }
  const config = manifest.config && (await fetchText(`${base}/blobs/${manifest.config.digest}`));
  return config === undefined ? undefined : { digest, config: JSON.parse(config) as ImageConfig };
}

/** @returns undefined for a 404 */
function fetchText(address: string): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const request = http.get(address, { headers: { accept: `${mediaTypes}, */*` }, timeout: 5_000 }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 200) resolve(text);
        else if (response.statusCode === 404) resolve(undefined);
        else reject(new Error(`${address}: ${response.statusCode}`));
      });
    });
    request.on('timeout', () => request.destroy(new Error(`${address}: no answer`)));
    request.on('error', reject);
  });
}
