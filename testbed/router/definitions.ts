import { fetchModuleFiles } from '../bed/definitions.js';
import { definitionsPart } from '../bed/definitions-part.js';
import { traefikModule } from './build.js';

const kinds = ['ingressroutes', 'ingressroutetcps', 'ingressrouteudps', 'middlewares', 'middlewaretcps', 'serverstransports'];
const moreKinds = ['serverstransporttcps', 'tlsoptions', 'tlsstores', 'traefikservices'];
const plurals = [...kinds, ...moreKinds];

/** Files that Traefik's documentation gives its users. */
export const documented = (names: readonly string[]): Promise<string[]> =>
  fetchModuleFiles({ module: traefikModule(), directory: 'docs/content/reference/dynamic-configuration', names });

/** Traefik's own kinds: it serves nothing until it has seen each. Beds without a router have them too, for releases that write them. */
export const traefikDefinitions = definitionsPart({
  name: 'traefik-definitions',
  group: '/apis/traefik.io/v1alpha1',
  plurals,
  fetch: () => documented(plurals.map((plural) => `traefik.io_${plural}.yaml`)),
});
