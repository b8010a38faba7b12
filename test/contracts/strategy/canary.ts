import { slo } from '../../src/release/played-release.js';
import type { StrategyBed } from './bed.js';

const gate = { slo: slo('warm-up: 10m\n'), holdMs: 30_000, onBreach: 'abort' } as const;

export const bed: StrategyBed = {
  inputs: {},
  refused: [
    {
      asked: { weight: 20, promotion: 'surge', gate },
      place: { carriesAll: true, untilHoldMs: 120_000 },
      code: 'hold-too-short',
    },
    {
      asked: { weight: 100, promotion: 'in-place', gate },
      place: { carriesAll: true, untilHoldMs: undefined },
      code: 'hold-impossible',
    },
    {
      asked: { weight: 100, promotion: 'surge', gate },
      place: { carriesAll: false, untilHoldMs: undefined },
      code: 'hold-impossible',
    },
  ],
};
