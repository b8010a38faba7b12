import path from 'node:path';
import { gatewayAddress } from '../bed/network.js';

/** Where it says how it is: `/ping`, `/metrics`, `/api/rawdata`; reachable inside the network namespace only. */
export const routerAdminAddress = 'http://127.0.0.1:8082';

/** Classes by which objects choose this router; `nginx` is served by its translation of ingress-nginx's annotations. */
export const classes = { gateway: 'traefik', ingress: 'traefik', ingressNginx: 'nginx' } as const;

/** A request that went wrong belongs to a line of this file: JSON, see Traefik's documentation of its access log. */
export const accessLog = (directory: string): string => path.join(directory, 'log', 'router-access.log');

/**
 * How Traefik is run. What is not set has Traefik's default, as it has with its users: above all `providersThrottleDuration` (2 s) and
 * connections that are kept alive on both sides.
 */
export function routerFlags(directory: string): string[] {
  return [
    '--global.checknewversion=false',
    '--global.sendanonymoususage=false',
    '--log.level=INFO',
    '--log.nocolor=true',
    '--accesslog.format=json',
    `--accesslog.filepath=${accessLog(directory)}`,
    // Of every request it would be half a megabyte a second.
    '--accesslog.filters.statuscodes=400-599',
    `--entrypoints.web.address=${gatewayAddress}:80`,
    `--entrypoints.traefik.address=${new URL(routerAdminAddress).host}`,
    '--ping=true',
    '--api.insecure=true',
    '--api.dashboard=false',
    '--metrics.prometheus.addrouterslabels=true',
    '--metrics.prometheus.addserviceslabels=true',
    `--providers.kubernetesgateway.statusaddress.ip=${gatewayAddress}`,
    '--providers.kubernetescrd=true',
    `--providers.kubernetesingress.ingressclass=${classes.ingress}`,
    `--providers.kubernetesingress.ingressendpoint.ip=${gatewayAddress}`,
    `--providers.kubernetesingressnginx.ingressclass=${classes.ingressNginx}`,
    `--providers.kubernetesingressnginx.publishstatusaddress=${gatewayAddress}`,
    // Its default is ingress-nginx's own, to try another pod up to three times: that would hide the requests that a release loses.
    '--providers.kubernetesingressnginx.proxynextupstream=off',
  ];
}
