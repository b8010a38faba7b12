export const dynamic = 'force-dynamic';

/** In place of the front page of examples/nextjs: it fails as often as asked, and says its version. */
export function GET() {
  const status = Math.random() * 100 < Number(process.env.ERROR_PERCENT ?? 0) ? 500 : 200;
  return new Response('menu\n', { status, headers: { 'x-app-version': process.env.APP_VERSION ?? 'unknown' } });
}
