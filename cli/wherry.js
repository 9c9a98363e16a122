#!/usr/bin/env node
import { requireNode } from '../shared/require-node.js';

if (requireNode('wherry')) await import('./main.ts');
