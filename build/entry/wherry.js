import { requireNode } from '../../shared/require-node.js';
import { least } from './least.js';
import { withoutExperimentalWarnings } from './warnings.js';

if (requireNode('wherry', least)) {
  withoutExperimentalWarnings();
  await import('../../cli/main.ts');
}
