import { connect } from 'node:net';

export const dynamic = 'force-dynamic';

/** Ready while the database can be reached. */
export async function GET() {
  const isReady = await reaches(process.env.DATABASE_URL);
  return Response.json({ database: isReady ? 'ok' : 'out of reach' }, { status: isReady ? 200 : 503 });
}

function reaches(address) {
  if (!URL.canParse(address ?? '')) return false;
  const { hostname, port } = new URL(address);
  const socket = connect({ host: hostname, port: Number(port || 5432) });
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.setTimeout(1000, () => resolve(false));
  }).finally(() => socket.destroy());
}
