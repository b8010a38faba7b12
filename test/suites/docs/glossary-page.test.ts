import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

const [own = ''] = readFileSync('docs/glossary.md', 'utf8').split('\n## ');
const words = own.split('\n').flatMap((line) => /^\| ([^|]+?) \| (?!Means here|---)/.exec(line)?.[1] ?? []);

test('each word stands once, where one looks for it', () => {
  const sorted = words.toSorted((a, b) => a.localeCompare(b, 'en', { sensitivity: 'base' }));
  expect(words).toEqual(sorted);
  expect(new Set(words).size).toBe(words.length);
});

test('the words on which the README and the first pages rest are explained', () => {
  const needed =
    'abort canary gate hold Lease post promote roll back settle stable surge take over verdict weight share proof record router rule out reserve owner lock in flight';
  const all = ` ${words.join(' , ').replaceAll(',', ' , ')} `;
  const missing = needed.split(/ (?!back|over|out|flight)/).filter((word) => !all.includes(` ${word} `));
  expect(missing).toEqual([]);
});

test('so are the words of others that the pages use', () => {
  const page = readFileSync('docs/glossary.md', 'utf8').toLowerCase();
  const needed =
    'attestation provenance sbom driver containerd-image-store classic-image-store pull-through-cache merge-queue pep440 handlebars endpointslice debug-logging selector median confidence e-value evidence-file replay dry-run in-place phase bed sandbox';
  // Two words are written with a hyphen, and several may share a row.
  const rows = page.split('\n').flatMap((line) => /^\| ([^|]+?) \| /.exec(line)?.[1]?.split(', ') ?? []);
  const plain = new Set(rows.map((word) => word.replaceAll(' ', '-')));
  expect(needed.split(' ').filter((word) => !plain.has(word))).toEqual([]);
});
