import type { IncomingHttpHeaders } from 'node:http';
import type { Digest } from '../../shared/digest.ts';

/** What is immutable under a digest has it for its ETag. */
export function etagOf(digest: Digest): string {
  return `"${digest}"`;
}

/** Whether the client has it already, by If-None-Match (RFC 9110, section 13.1.2). */
export function isHeld(digest: Digest, headers: IncomingHttpHeaders): boolean {
  const tags = headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags?.some((tag) => tag === '*' || tag === etagOf(digest)) ?? false;
}
