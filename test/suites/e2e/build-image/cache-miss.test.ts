import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { BASE_IMAGE, connectEngine, type EngineBed } from './engine-bed.js';

/** What a real BuildKit says of its cache, as the summary tells it. */
let bed: EngineBed;
beforeAll(async () => {
  bed = await connectEngine();
});
afterAll(() => bed.close());

const DOCKERFILE = `FROM ${BASE_IMAGE} AS deps
COPY lock /lock
RUN cp /lock /installed
FROM ${BASE_IMAGE} AS builder
COPY --from=deps /installed /installed
ARG API_URL
COPY source /source
RUN sleep 1; echo "$API_URL" > /built
FROM ${BASE_IMAGE}
COPY --from=builder /built /built
`;

/** @returns the two rows of the summary */
async function missed(apiUrl: string): Promise<string | undefined> {
  const inputs = { outputs: 'type=cacheonly', network: 'none', 'build-args': `API_URL=${apiUrl}` };
  const { failure, summary } = await bed.step(inputs);
  expect(failure).toBeUndefined();
  return /\| First step not in the cache .*\n\| Built again for it .*/.exec(summary)?.[0];
}

test('the summary names the first step that was not in the cache, why, and the seconds that it cost', async () => {
  bed.write('Dockerfile', DOCKERFILE);
  bed.write('lock', '1');
  bed.write('source', '1');
  await missed('one');
  expect(await missed('one')).toBeUndefined();

  // What the build makes of it is the same, so that the last COPY is in the cache.
  bed.write('source', '2');
  expect(await missed('one')).toMatch(
    /COPY source \/source<br>source has changed in the context[^\n]*\n.* \| 1\.\ds, in it and in the step that builds/,
  );
  expect(await missed('two')).toMatch(
    /RUN sleep 1.*the value of API\\_URL has changed[^\n]*\n.* \| 1\.\ds, in it and in the step/,
  );

  bed.write('lock', '2');
  expect(await missed('two')).toMatch(/COPY lock \/lock<br>lock has changed in the context[^\n]*\n.* in it and in the 4 steps/);
});
