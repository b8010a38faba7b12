/** Whole words between underscores, as BuildKit's own check goes by (frontend/dockerfile/linter, SecretsUsedInArgOrEnv): a TOKENIZER holds no token. */
const SECRET = /(^|_)(PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|API_?KEY|PRIVATE_KEY|ACCESS_KEY)($|_)/i;
/** What only says where it is, how long it is or lasts, whose, or of which kind. */
const ABOUT =
  /(^MAX_.*|_(FILE|PATH|DIR|NAME|TTL|URL|LENGTH|EXPIR\w*|VERSION|PROVIDER|ISSUER|AUDIENCE|HEADER|ID|MANAGER|TYPE|ALGORITHM|POLICY))$/i;

/** Frameworks put what is called so into the page for everybody (Next.js, Nuxt, Vite, Create React App, Expo, Gatsby, Vue CLI, SvelteKit). */
const PUBLISHED = /^(NEXT_PUBLIC_|NUXT_PUBLIC_|VITE_|REACT_APP_|EXPO_PUBLIC_|GATSBY_|VUE_APP_|PUBLIC_)/;

/** Whether what a variable holds is for everybody, whatever else it is called. */
export const isPublished = (name: string): boolean => PUBLISHED.test(name);

/** Whether a variable is called as what nobody else should read. */
export const isSecretName = (name: string): boolean => SECRET.test(name) && !ABOUT.test(name) && !isPublished(name);

/** Whether a value can be a secret: a switch, a number or a placeholder is none. */
export const canBeSecret = (value: string): boolean =>
  value !== '' && !/^(true|false|yes|no|\d{1,4}|dummy|placeholder|changeme|example|x+)$/i.test(value);
