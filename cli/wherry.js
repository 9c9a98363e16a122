#!/usr/bin/env -S MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=262144 node --max-semi-space-size=1
// Chunks are large and of every size: glibc gives their memory back only when it maps each by itself, and
// V8 collects buffers early only when its young generation is small. Together some 70 MB of peak memory.
import { requireNode } from '../shared/require-node.js';

if (requireNode('wherry')) await import('./main.ts');
