import { expect, test } from '@jest/globals';
import type { V1ContainerPort, V1ServicePort } from '@kubernetes/client-node';
import { Problems } from '../../../../../src/kernel/errors.js';
import { refuseUnservedPorts } from '../../../../../src/platforms/kubernetes/preflight/served-ports.js';
import { someApp } from '../app/apps.js';

/** @returns what is said of a Service port over pods whose ports change from the ones to the others */
function said(port: V1ServicePort, before: readonly V1ContainerPort[], after: readonly V1ContainerPort[]): string {
  const withPorts = (ports: readonly V1ContainerPort[]) =>
    someApp({ podSpec: { containers: [{ name: 'app', image: 'restaurant:1', ports: [...ports] }] } });
  const app = withPorts(before);
  const template = withPorts(after).deployment.spec?.template ?? {};
  const service = { ...app.service, spec: { ...app.service.spec, ports: [port] } };
  const problems = new Problems();
  const next = { hash: '', template, changesTemplate: true, configMaps: [] };
  refuseUnservedPorts({ ...app, service, next }, problems);
  return problems.texts.join('\n');
}

const http = (containerPort: number) => ({ name: 'http', containerPort });

test('a port that has moved away from under a number of the Service is refused, with the ports that are there', () => {
  expect(said({ port: 80, targetPort: 8080 }, [http(8080)], [http(9090)])).toMatch(
    /Service shop\/restaurant leads to port 8080, and no container .* \(there is 9090 \(http\)\)/,
  );
  expect(said({ port: 8080 }, [{ containerPort: 8080 }], [{ containerPort: 9090 }])).toContain('leads to port 8080');
});

test('a name that no container has any more is refused', () => {
  expect(said({ port: 80, targetPort: 'http' }, [http(8080)], [{ name: 'web', containerPort: 8080 }])).toContain('port http');
});

test('a port that moves under its name, one that stays, and one that nobody declares are fine', () => {
  expect(said({ port: 80, targetPort: 'http' }, [http(8080)], [http(9090)])).toBe('');
  expect(said({ port: 80, targetPort: 8080 }, [http(8080)], [http(8080), { containerPort: 9090 }])).toBe('');
  expect(said({ port: 80, targetPort: 8080 }, [], [])).toBe('');
});
