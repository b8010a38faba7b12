import { start } from '../suite/index.js';
await start('verify-slo');
