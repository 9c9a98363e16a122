import { createHash } from 'node:crypto';
import type { XmlElement } from '../xml/write.ts';

/** Everything belongs to the one account of the server. */
export const owner: XmlElement[] = [
  ['ID', createHash('sha256').update('wherry').digest('hex')],
  ['DisplayName', 'wherry'],
];
