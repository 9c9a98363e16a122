#!/usr/bin/env -S node --max-semi-space-size=1
// A small young generation is collected often, and buffers with it: without it they pile up, for what
// they hold outside of the heap does not count there (some 50 MB of peak memory in a push).
import { requireNode } from '../shared/require-node.js';

if (requireNode('wherry')) await import('./main.ts');
