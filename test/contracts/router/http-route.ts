import type { RouterBed } from './bed.js';

export const bed: RouterBed = {
  deploy: { route: true },
  forged: [{}, { route: '', rules: [] }, { route: 'menu', rules: [{ rule: 'a', weight: -1 }] }, { route: 'menu', rules: 'all' }],
};
