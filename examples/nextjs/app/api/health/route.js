export const dynamic = 'force-dynamic';

/** Whether the process answers, and which version it is. Nothing else is asked: a restart mends no database. */
export const GET = () => Response.json({ status: 'ok', version: process.env.APP_VERSION ?? 'unknown' });
