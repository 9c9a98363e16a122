import type { Content } from '../digest.ts';
import type { Platform } from '../image/platform.ts';

/** An image of an archive, complete and verified. */
export interface ArchiveImage {
  /** In Docker's familiar form, such as `api:1`; none when the archive names none. */
  references: string[];
  platform: Platform;
  /** Byte for byte as it was. */
  config: Buffer;
  /** From the base up; digest is the diffID, size that of the plain bytes. */
  layers: Content[];
  /** As the config has it, RFC 3339. */
  created: string | undefined;
}
