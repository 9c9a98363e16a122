#!/usr/bin/env node
import { requireNode } from '../shared/require-node.js';

if (requireNode('wherry-agent')) await import('./main.ts');
