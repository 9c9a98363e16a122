#!/usr/bin/env -S MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=262144 node --max-semi-space-size=1 --disable-warning=ExperimentalWarning
// As in agent/wherry-agent.js; and a Node of before 24 warns of its SQLite.
import { requireNode } from '../../shared/require-node.js';

// 22.15 has zstd in node:zlib.
const least = { minor: 15, hint: 'The executable wherry-agent has a Node of its own.' };
if (requireNode('wherry-agent', least)) await import('../../agent/main.ts');
