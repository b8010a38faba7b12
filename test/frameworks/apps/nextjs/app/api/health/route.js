export const dynamic = 'force-dynamic';

export const GET = () => Response.json({ status: 'ok', version: process.env.APP_VERSION ?? 'unknown' });
