import { metrics } from '../../../metrics.js';

export const dynamic = 'force-dynamic';

/** For Prometheus, and for the gate of a release. */
export async function GET() {
  const { registry } = metrics();
  return new Response(await registry.metrics(), { headers: { 'content-type': registry.contentType } });
}
