import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

const page = readFileSync('docs/support.md', 'utf8');
const [, kubernetes = ''] = /k8s\.io\/kubernetes v(\S+)/.exec(readFileSync('testbed/cluster/go.mod', 'utf8')) ?? [];
const [, gatewayApi = ''] = /gateway-api@v([\d.]+)/.exec(readFileSync('testbed/bed/gateway-crds.ts', 'utf8')) ?? [];
const [, traefik = ''] = /traefik\/traefik\/v3 v(\d+\.\d+)/.exec(readFileSync('testbed/router/go.mod', 'utf8')) ?? [];
const [, act = ''] = /nektos\/act v(\S+)/.exec(readFileSync('testbed/act/go.mod', 'utf8')) ?? [];

test('the versions that the page says were run are those of the bed', () => {
  expect(page).toContain(`| Kubernetes ${kubernetes.split('.').slice(0, 2).join('.')} | yes | ${kubernetes}:`);
  expect(page).toContain(
    `| Gateway API ${gatewayApi.split('.').slice(0, 2).join('.')} | yes | standard definitions ${gatewayApi} |`,
  );
  expect(page).toContain(`HTTPRoute behind Traefik ${traefik} | yes |`);
  expect(page).toContain(`| act | yes | ${act},`);
});

test('the engines are those of the page on building', () => {
  const building = readFileSync('docs/build-image.md', 'utf8');
  for (const version of ['buildx 0.29', 'Docker 28.5', 'BuildKit 0.34', 'buildah 1.28']) {
    expect(building).toContain(version);
    expect(page).toContain(version);
  }
});

test('each platform and host that people asked for has a row with an answer', () => {
  const asked =
    'Kubernetes, Helm, Docker Compose, Docker Swarm, nginx, Vercel, Lambda, ECS, EC2, CloudFront, RDS, Supabase, SAE, ALB, OSS, ACK, ACR';
  const hosts = 'GitHub Actions, GitHub Enterprise Server, Gitea, Forgejo, GitLab CI, Jenkins, CircleCI, Azure Pipelines';
  const rows = page.split('\n').filter((line) => /\| (yes|no|not tried)( by act)? \|/.test(line));
  for (const name of `${asked}, ${hosts}`.split(', ')) expect(rows.filter((row) => row.includes(name))).not.toEqual([]);
});
