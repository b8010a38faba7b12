import { metrics } from '../metrics.js';

export const dynamic = 'force-dynamic';

export function GET() {
  const status = Math.random() * 100 < Number(process.env.ERROR_PERCENT ?? 0) ? 500 : 200;
  metrics().requests.inc({ status_code: String(status) });
  return new Response('menu\n', { status, headers: { 'x-app-version': process.env.APP_VERSION ?? 'unknown' } });
}
