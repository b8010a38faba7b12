import { manifestNeeds, releaseNeeds } from '../../../src/platforms/kubernetes/survey/needs.js';

const SCRAPE = /^GET \S+\/pods\/([^/:]+)[^/]*\/proxy\/\S*: (\d{3}) after (\d+) ms/;
const REQUEST = /^(GET|POST|PUT|PATCH|DELETE) (\S+?)(?:\?\S*)?: (\d{3})( after \d+ ms)/;

/** What an answer means that looks like an error and is none. */
const MEANINGS: Readonly<Record<string, string>> = {
  404: 'there is none, which is looked for',
  409: 'it was changed meanwhile: it is read and written again',
  422: 'a test of the patch did not hold: it is read, and written again where that is still needed',
};

/** Says of the requests of a step what each is for, and folds the looks at the pods' metrics, which are most of them. */
export class Explanation {
  readonly #write: (line: string) => void;
  #looks: Array<{ readonly pod: string; readonly ms: number }> = [];

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  /** A request as a step's debug log has it. */
  request(text: string): void {
    const [, pod, status, ms] = SCRAPE.exec(text) ?? [];
    if (pod !== undefined && status === '200') {
      this.#looks.push({ pod, ms: Number(ms) });
      return;
    }
    this.flush();
    const [, method = '', path = '', answer = '', after = ''] = REQUEST.exec(text) ?? [];
    const why = [purposeOf(method, path), MEANINGS[answer]].filter((part) => part !== undefined).join('; ');
    this.#write(method === '' ? `      ${text}` : `      ${method} ${path}: ${answer}${after}${why === '' ? '' : ` – ${why}`}`);
  }

  /** Writes what is folded; before anything else is written. */
  flush(): void {
    if (this.#looks.length === 0) return;
    const pods = new Set(this.#looks.map(({ pod }) => pod)).size;
    const times = this.#looks.map(({ ms }) => ms).sort((a, b) => a - b);
    const range = times[0] === times.at(-1) ? `${times[0]}` : `${times[0]}–${times.at(-1)}`;
    this.#write(`      the metrics of ${pods} ${pods === 1 ? 'pod' : 'pods'} read ${times.length} times, ${range} ms each`);
    this.#looks = [];
  }
}

/** From the list of rights that a release asks for, which has a purpose for each. */
function purposeOf(method: string, path: string): string | undefined {
  if (path.includes('/selfsubject')) return 'to know whether all rights are there before anything is changed';
  const [, named = '', resource = '', name, subresource] =
    /^\/(?:api|apis\/([^/]+))\/[^/]+\/namespaces\/[^/]+\/([^/]+)(?:\/([^/]+)(?:\/([^/]+))?)?/.exec(path) ?? [];
  const wanted = subresource === undefined ? resource : `${resource}/${subresource}`;
  const verb =
    { POST: 'create', PATCH: 'patch', PUT: 'update', DELETE: 'delete' }[method] ?? (name === undefined ? 'list' : 'get');
  const needs = [...releaseNeeds('http-route'), ...manifestNeeds];
  return needs.find((need) => need.group === named && need.resource === wanted && need.verbs.some((one) => one === verb))
    ?.purpose;
}
