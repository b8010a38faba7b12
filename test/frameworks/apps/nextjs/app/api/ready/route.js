export const dynamic = 'force-dynamic';

/** Ready with its database only. */
export const GET = () => new Response(null, { status: process.env.DATABASE_URL ? 200 : 503 });
