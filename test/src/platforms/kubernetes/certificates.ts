import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

const CURVE = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** A throw-away certificate authority, made with the `openssl` command for one test file. */
export class TestAuthority {
  readonly #directory = mkdtempSync(join(tmpdir(), 'd9-ca-'));
  readonly #own: KeyPair;

  constructor() {
    this.#own = this.#make('ca', ['-subj', '/CN=d9 test authority', '-addext', 'keyUsage=keyCertSign', '-days', '2']);
  }

  get certificate(): string {
    return this.#own.cert;
  }

  /** @param names as in subjectAltName: `IP:127.0.0.1`, `DNS:localhost` */
  server(names: string): KeyPair {
    return this.#make('server', ['-subj', '/CN=server', '-addext', `subjectAltName=${names}`, ...this.#signed, '-days', '2']);
  }

  /** One whose time is over: `req` makes none, so it only asks for one. */
  expiredServer(names: string): KeyPair {
    const key = join(this.#directory, 'expired.key');
    const wanted = ['-subj', '/CN=server', '-addext', `subjectAltName=${names}`];
    const input = execFileSync('openssl', ['req', '-new', ...CURVE, '-keyout', key, ...wanted], { stdio: 'pipe' });
    const sign = ['x509', '-req', ...this.#signed, '-set_serial', '2', '-copy_extensions', 'copyall', '-days', '-1'];
    const cert = execFileSync('openssl', sign, { input, encoding: 'utf8', stdio: 'pipe' });
    return { cert, key: readFileSync(key, 'utf8') };
  }

  client(user: string): KeyPair {
    return this.#make('client', ['-subj', `/CN=${user}`, ...this.#signed, '-days', '2']);
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }

  get #signed(): string[] {
    return ['-CA', join(this.#directory, 'ca.crt'), '-CAkey', join(this.#directory, 'ca.key')];
  }

  #make(name: string, options: string[]): KeyPair {
    const [key, cert] = [join(this.#directory, `${name}.key`), join(this.#directory, `${name}.crt`)];
    execFileSync('openssl', ['req', '-x509', ...CURVE, '-keyout', key, '-out', cert, ...options], { stdio: 'pipe' });
    return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
  }

  /** Writes a file next to the authority's own, to be removed with them. */
  file(name: string, content: string): string {
    const path = join(this.#directory, name);
    writeFileSync(path, content);
    return path;
  }
}
