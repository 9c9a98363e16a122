import { requireNode } from '../../shared/require-node.js';
import { least } from './least.js';
import { withoutExperimentalWarnings } from './warnings.js';

if (requireNode('wherry-agent', least)) {
  withoutExperimentalWarnings();
  await import('../../agent/main.ts');
}
