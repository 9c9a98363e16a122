import type { Answer } from '../http/answer.ts';
import type { Call } from './call.ts';

export interface Operation {
  /** S3's own name for it. */
  name: string;
  /** The IAM action on the bucket or object that the request addresses; undefined for none. */
  action: string | undefined;
  /** The query parameters that it heeds; any other is refused as not implemented. */
  query: readonly string[];
  /** Checksum headers are those of the finished object, not of this request's body. */
  claimsObjectChecksum?: true;
  /** An object is there when it is done; what makes only part of one does not count. */
  createsObject?: true;
  run(call: Call): Answer | Promise<Answer>;
}
