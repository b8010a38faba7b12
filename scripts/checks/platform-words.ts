import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Kinds and tools of a platform, in code, messages and comments alike. */
const WORDS =
  /\b(Kubernetes|kubernetes|kubectl|kubelet|Deployments?|ReplicaSets?|StatefulSets?|Pods?|Services?|Leases?|ConfigMaps?|Ingress(?:es)?|HTTPRoutes?|Namespaces?|Lambda|DynamoDB)\b/;

/** What every platform's release has must not speak of one of them: the next platform would have to change it. */
export function platformWords(root: string): string[] {
  return globSync('src/release/**/*.ts', { cwd: root })
    .sort()
    .flatMap((file) =>
      readFileSync(join(root, file), 'utf8')
        .split('\n')
        .flatMap((line, index) => {
          const word = WORDS.exec(line)?.[0];
          return word === undefined ? [] : [`${file}:${index + 1}: ${word} is a platform's word`];
        }),
    );
}
