import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** A server on loopback that ends an action soon: whatever is asked for is not there. */
export interface NothingThere {
  readonly url: string;
  readonly caPem: string;
  /** Requests answered so far. */
  readonly requests: readonly string[];
  close(): void;
}

/** Size of a usual Deployment in JSON, so that the answer weighs what a real first answer does. */
const ANSWER_BYTES = 5_400;

/** Starts the server with a certificate of its own RSA-2048 authority, made in `folder`. */
export async function nothingThere(folder: string): Promise<NothingThere> {
  const certificate = makeCertificate(folder);
  const answer = notFound();
  const requests: string[] = [];
  const server = createServer(certificate, (request, response) => {
    requests.push(`${request.method} ${request.url}`);
    response.writeHead(404, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(answer) });
    response.end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}`,
    caPem: certificate.ca,
    requests,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function notFound(): string {
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', reason: 'NotFound', code: 404 };
  const message = 'deployments.apps "restaurant" not found';
  const bare = JSON.stringify({ ...status, message, details: { causes: [{ message: '' }] } });
  return JSON.stringify({ ...status, message, details: { causes: [{ message: '.'.repeat(ANSWER_BYTES - bare.length) }] } });
}

function makeCertificate(folder: string): { key: string; cert: string; ca: string } {
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const newKey = ['-newkey', 'rsa:2048', '-nodes'];
  writeFileSync(join(folder, 'san.cnf'), 'subjectAltName=IP:127.0.0.1\n');
  openssl('req', '-x509', ...newKey, '-keyout', 'ca.key', '-out', 'ca.crt', '-days', '1', '-subj', '/CN=bench-ca');
  openssl('req', ...newKey, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=kube-apiserver');
  openssl(
    ...['x509', '-req', '-in', 'server.csr', '-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial'],
    ...['-days', '1', '-extfile', 'san.cnf', '-out', 'server.crt'],
  );
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  return { key: read('server.key'), cert: read('server.crt'), ca: read('ca.crt') };
}
