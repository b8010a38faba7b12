import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { compile, requiredVersion } from './go-program.js';
import { cacheDirectory, clusterModule } from './places.js';

/** The control plane's one binary: which Kubernetes it is, and where it is (or will be) cached. */
export interface Binary {
  readonly version: string;
  readonly directory: string;
  readonly file: string;
  readonly built: boolean;
}

/** Finds the binary's place from what it is made of, so that a changed module never runs as an old binary. */
export function findBinary(): Binary {
  const hash = createHash('sha256');
  for (const source of ['go.mod', 'go.sum', 'main.go']) hash.update(readFileSync(path.join(clusterModule, source)));
  const version = requiredVersion(clusterModule, 'k8s.io/kubernetes');
  const directory = path.join(cacheDirectory(), 'cluster', `${version}-${hash.digest('hex').slice(0, 12)}`);
  const file = path.join(directory, 'cluster');
  return { version, directory, file, built: existsSync(file) };
}

/** Compiles the binary unless the cache has it: about five minutes of two cores. */
export async function buildBinary(): Promise<Binary> {
  const binary = findBinary();
  if (binary.built) return binary;
  process.stderr.write(`Building Kubernetes ${binary.version} from Go modules: about five minutes, once.\n`);
  // Without the version stamped in, `kubectl version` fails.
  const stamps = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'];
  const linkerFlags = ['-s', '-w', ...stamps.map((name) => `-X ${name}.gitVersion=${binary.version}`)].join(' ');
  await compile({ module: clusterModule, package: '.', linkerFlags }, binary.file);
  return { ...binary, built: true };
}
