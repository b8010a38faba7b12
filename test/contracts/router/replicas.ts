import type { RouterBed } from './bed.js';

export const bed: RouterBed = { deploy: {}, forged: [] };
