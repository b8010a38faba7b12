import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { loadAll } from 'js-yaml';
import { buildImage } from '../../../actions/build-image/action.js';
import { canaryStep } from '../../../actions/canary-step/action.js';
import { rollback } from '../../../actions/rollback/action.js';
import { status } from '../../../actions/status/action.js';
import { verifySlo } from '../../../actions/verify-slo/action.js';
import { inputVariable, readInputs } from '../../../src/hosts/github-actions/read-inputs.js';
import { markedBlock } from './marked-block.js';
import { readPage } from './page.js';
import { type Step, stepsIn } from './suite-steps.js';

const ACTIONS = { 'build-image': buildImage, 'canary-step': canaryStep, rollback, status, 'verify-slo': verifySlo };
const KUBECONFIG = `apiVersion: v1
kind: Config
clusters: [{ name: c, cluster: { server: 'https://192.0.2.1:6443' } }]
users: [{ name: u, user: { token: t } }]
contexts: [{ name: c, context: { cluster: c, user: u } }]
current-context: c
`;
const MANIFEST = `apiVersion: apps/v1
kind: Deployment
metadata: { name: restaurant }
spec: { selector: { matchLabels: { app: r } }, template: { metadata: { labels: { app: r } }, spec: { containers: [{ name: r, image: registry.example/r:1 }] } } }
`;
const workspace = mkdtempSync(join(tmpdir(), 'd9-pages-'));
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

const files = globSync(['*.md', '{docs,examples}/**/*.md', '{build-image,canary-step,rollback,status,verify-slo}/README.md']);
const steps = files.flatMap((file) =>
  readPage(file)
    .blocks.filter(({ language }) => /^ya?ml$/.test(language))
    .flatMap(({ text, line }) =>
      loadAll(text)
        .flatMap(stepsIn)
        .map((step) => [`${file}:${line}`, step] as const),
    ),
);
const workflows = globSync('examples/*/.github/workflows/*.yml').flatMap((file) =>
  stepsIn(loadAll(readFileSync(file, 'utf8'))).map((step) => [file, step] as const),
);
const nameOf = ({ uses = '' }: Step) => /^org\/d9-actions\/([a-z-]+)@/.exec(uses)?.[1];
const ours = [...steps, ...workflows].filter(([, step]) => nameOf(step) !== undefined);

/** What an expression is to give at run time, by the input that gets it. */
function sample(input: string, text: string): string {
  const expression = /\$\{\{.*?\}\}/g;
  if (!expression.test(text)) return text;
  const values: Record<string, string> = {
    version: '7',
    image: `ghcr.io/org/restaurant@sha256:${'a'.repeat(64)}`,
    kubeconfig: KUBECONFIG,
    settle: '',
    'to-revision': 'previous',
    push: 'true',
  };
  if (input === 'image' && !/^\$\{\{[^}]*\}\}$/.test(text)) return text.replaceAll(expression, 'x');
  return values[input] ?? text.replaceAll(expression, 'x');
}

/** Puts the file or the folder there that an input names: what it holds is not the page's. */
function layOut(input: string, value: string): void {
  const at = join(workspace, value);
  const content = { slo: markedBlock(readFileSync('README.md', 'utf8'), 'slo'), manifest: MANIFEST, file: 'FROM scratch\n' }[
    input
  ];
  if (content !== undefined) {
    mkdirSync(dirname(at), { recursive: true });
    writeFileSync(at, content);
  }
  if (input === 'context' && !value.includes('://')) {
    mkdirSync(at, { recursive: true });
    writeFileSync(join(at, 'Dockerfile'), 'FROM scratch\n');
  }
}

/** What a hosted runner gives to every action. */
const RUNNER = { ACTIONS_RUNTIME_TOKEN: 'x', ACTIONS_RESULTS_URL: 'https://results.example' };

test('the pages show many steps', () => expect(ours.length).toBeGreaterThan(60));

test.each(ours.map(([where, step], index) => [`${where} (${index}): ${nameOf(step)}`, step] as const))(
  '%s: the action takes every value that is written there',
  async (_where, step) => {
    const action = ACTIONS[nameOf(step) as keyof typeof ACTIONS];
    const given = Object.entries(step.with ?? {}).map(([input, value]) => [input, sample(input, String(value))] as const);
    layOut('slo', 'slo.yml');
    for (const [input, value] of given) layOut(input, value);
    const own = Object.fromEntries(Object.keys(step.env ?? {}).map((name) => [name, 'x']));
    const variables = Object.fromEntries(given.map(([input, value]) => [inputVariable(input), value]));
    const access =
      action === buildImage || step.with?.platform !== undefined ? {} : { [inputVariable('kubeconfig')]: KUBECONFIG };
    const environment = {
      variables: { ...RUNNER, ...access, ...own, ...variables },
      workspace,
      temporary: workspace,
      debug: false,
    };
    await expect(readInputs(action, environment)).resolves.toBeDefined();
  },
);
