import type { RouterBed } from './bed.js';

export const bed: RouterBed = {
  deploy: {},
  seen: async () => undefined,
  memory: () => ({ kind: 'replicas' }),
  forged: [],
};
