import type { Shape } from './shape.js';

/** traefik `docs/content/reference/dynamic-configuration/traefik.io_{ingressroutes,traefikservices}.yaml`, version 3.7. */
const text: Shape = { type: 'string' };
const boolean: Shape = { type: 'boolean' };
const integer: Shape = { type: 'integer' };
const duration: Shape = { type: 'integer-or-string' };
const oneOf = (...values: string[]): Shape => ({ type: 'string', values });
const listOf = (items: Shape): Shape => ({ type: 'array', items });
const object = (fields: Readonly<Record<string, Shape>>, ...required: string[]): Shape => ({ type: 'object', fields, required });

const reference = object({ name: text, namespace: text }, 'name');

const cookie = object({
  domain: text,
  httpOnly: boolean,
  maxAge: integer,
  name: text,
  path: text,
  sameSite: oneOf('none', 'lax', 'strict', 'None', 'Lax', 'Strict'),
  secure: boolean,
});
const sticky = object({ cookie });

const healthCheck = object({
  followRedirects: boolean,
  headers: { type: 'map' },
  hostname: text,
  interval: duration,
  method: text,
  mode: text,
  path: text,
  port: integer,
  scheme: text,
  status: integer,
  timeout: duration,
  unhealthyInterval: duration,
});

/** What every reference to a service may say. */
const service = {
  healthCheck,
  kind: oneOf('Service', 'TraefikService'),
  middlewares: listOf(reference),
  name: text,
  namespace: text,
  nativeLB: boolean,
  nodePortLB: boolean,
  passHostHeader: boolean,
  passiveHealthCheck: object({ failureWindow: duration, maxFailedAttempts: integer }),
  port: { type: 'integer-or-string' },
  responseForwarding: object({ flushInterval: text }),
  scheme: text,
  serversTransport: text,
  sticky,
  strategy: oneOf('wrr', 'p2c', 'hrw', 'leasttime', 'RoundRobin'),
  weight: { type: 'integer', minimum: 0 },
} satisfies Record<string, Shape>;
const serviceReference = object(service, 'name');

export const ingressRouteSpec: Shape = object(
  {
    entryPoints: listOf(text),
    ingressClassName: text,
    parentRefs: listOf(reference),
    routes: listOf(
      object(
        {
          kind: oneOf('Rule'),
          match: text,
          middlewares: listOf(reference),
          observability: object({
            accessLogs: boolean,
            metrics: boolean,
            traceVerbosity: oneOf('minimal', 'detailed'),
            tracing: boolean,
          }),
          priority: integer,
          services: listOf(serviceReference),
          syntax: text,
        },
        'match',
      ),
    ),
    tls: object({
      certResolver: text,
      domains: listOf(object({ main: text, sans: listOf(text) })),
      options: reference,
      secretName: text,
      store: reference,
    }),
  },
  'routes',
);

export const traefikServiceSpec: Shape = object({
  failover: object(
    {
      errors: object({ maxRequestBodyBytes: integer, status: listOf(text) }),
      fallback: serviceReference,
      service: serviceReference,
    },
    'errors',
    'fallback',
    'service',
  ),
  highestRandomWeight: object({ services: listOf(serviceReference) }),
  mirroring: object(
    {
      ...service,
      maxBodySize: integer,
      mirrorBody: boolean,
      mirrors: listOf(object({ ...service, percent: integer }, 'name')),
    },
    'name',
  ),
  weighted: object({ services: listOf(serviceReference), sticky }),
});
