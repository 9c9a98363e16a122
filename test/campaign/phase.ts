import type { Chance } from './chance.ts';
import { certainFault, deadServer, type Fault, lateTags, someFaults } from './faults.ts';

/** What goes wrong during a batch of operations. */
export interface Phase {
  name: PhaseName;
  faults: Fault[];
  /** How likely each program is to be killed. */
  kills: number;
}

/** How often each comes, of a hundred. */
const weights = { calm: 25, light: 35, heavy: 15, certain: 12, dead: 5, race: 8 };

export type PhaseName = keyof typeof weights;

/** Nothing goes wrong. */
export const calm: Phase = { name: 'calm', faults: [], kills: 0 };

export function drawPhase(chance: Chance): Phase {
  const name = chance.weighted(weights);
  switch (name) {
    case 'calm':
      return calm;
    case 'light':
      return { name, faults: someFaults(chance, 0.01, 0.1), kills: 0.2 };
    case 'heavy':
      return { name, faults: someFaults(chance, 0.1, 0.5), kills: 0.2 };
    case 'certain':
      return { name, faults: [certainFault(chance)], kills: 0.1 };
    // To sit it out would take each of them the whole budget: they are told to end.
    case 'dead':
      return { name, faults: [deadServer(chance)], kills: 1 };
    case 'race':
      return { name, faults: [lateTags(chance)], kills: 0 };
  }
}
