import { start } from '../suite/index.js';
await start('canary-step');
