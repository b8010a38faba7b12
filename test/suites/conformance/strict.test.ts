import { expect, test } from '@jest/globals';
import { deployment, paths, target } from './target.js';

const at = target();
const strict = (path: string) => `${path}?dryRun=All&fieldValidation=Strict`;

test('a field that the kind does not have is a 400 that names it, where that is asked for', async () => {
  const { deployments, services } = paths(at().namespace);
  const good = deployment('strict', 'x:1') as unknown as { spec: { template: { spec: { containers: object[] } } } };
  const [container] = good.spec.template.spec.containers;
  const misspelt = structuredClone(good);
  misspelt.spec.template.spec.containers = [{ ...container, readinesProbe: { httpGet: { path: '/', port: 80 } } }];
  expect((await at().ask('POST', strict(deployments), good)).code).toBe(201);
  expect((await at().ask('POST', `${deployments}?dryRun=All`, misspelt)).code).toBe(201);
  expect(await at().refused('POST', strict(deployments), misspelt)).toMatchObject({
    code: 400,
    reason: 'BadRequest',
    message:
      'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.template.spec.containers[0].readinesProbe"',
  });
  const service = { metadata: { name: 'strict' }, spec: { selectr: {}, ports: [{ port: 80, targtPort: 1 }] } };
  const { message } = await at().refused('POST', strict(services), service);
  expect(message).toContain('unknown field "spec.selectr"');
  expect(message).toContain('unknown field "spec.ports[0].targtPort"');
});

test('a value of another type is a 400, and a name that is taken is so only after that', async () => {
  const { deployments, configMaps } = paths(at().namespace);
  const good = deployment('strict-type', 'x:1') as unknown as { spec: object };
  const { message } = await at().refused('POST', strict(deployments), { ...good, spec: { ...good.spec, replicas: 'three' } });
  expect(message).toMatch(
    /^Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal string into Go struct field /,
  );
  const menu = { metadata: { name: 'strict-menu' }, data: { a: '1' } };
  expect((await at().ask('POST', configMaps, menu)).code).toBe(201);
  expect((await at().refused('POST', strict(configMaps), menu)).code).toBe(409);
  expect((await at().refused('POST', strict(configMaps), { ...menu, dat: {} })).code).toBe(400);
});
