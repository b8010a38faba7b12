import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { join } from 'node:path';

/** A server on loopback that gives one answer to each process, so that a start can be told from the work after it. */
export interface OneAnswer {
  readonly url: string;
  readonly caPem: string;
  /** Waits for a process to ask; resolves when it has had its answer. Its other connections stay open, unanswered, until then. */
  answerOne(): Promise<void>;
  close(): void;
}

/** Size of a usual Deployment in JSON, so that the answer weighs what a real first answer does. */
const ANSWER_BYTES = 5_400;

/** Starts the server with a certificate of its own RSA-2048 authority, made in `folder`. */
export async function oneAnswer(folder: string): Promise<OneAnswer> {
  const certificate = makeCertificate(folder);
  const answer = notFound();
  let answered: (() => void) | undefined;
  const https = createServer(certificate, (request, response) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(answer), connection: 'close' };
    request.socket.once('close', () => answered?.());
    response.writeHead(404, headers).end(answer);
  });
  const held = new Set<Socket>();
  const tcp = createTcpServer((socket) => {
    socket.on('error', () => socket.destroy()).once('close', () => held.delete(socket));
    if (held.size === 0) https.emit('connection', socket);
    held.add(socket);
  });
  await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));
  const { port } = tcp.address() as AddressInfo;
  const release = (): void => {
    for (const socket of held) socket.destroy();
    held.clear();
  };
  return {
    url: `https://127.0.0.1:${port}`,
    caPem: certificate.ca,
    async answerOne() {
      release();
      await new Promise<void>((resolve) => {
        answered = resolve;
      });
    },
    close: () => {
      release();
      tcp.close();
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
