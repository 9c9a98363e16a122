import type { WherryError } from '../error.ts';
import type { Platform } from '../image/platform.ts';

/** An image as an archive's metadata names it; nothing of it is checked yet. */
export interface NamedImage {
  /** In Docker's familiar form. */
  references: string[];
  /** As an index says it; the config has the last word. */
  platform: Platform | undefined;
  config: NamedBlob;
  /** From the base up. */
  layers: NamedBlob[];
}

/** A blob that a manifest names. */
export interface NamedBlob {
  /** Normalized, before links are followed. */
  path: string;
  /** Bytes as stored, where the manifest says so. */
  size: number | undefined;
  /** Whether the layer is foreign (nondistributable), which archives need not contain. */
  foreign: boolean;
}

/** An image that metadata names but that cannot be had. */
export interface Problem {
  references: string[];
  platform: Platform | undefined;
  error: WherryError;
}
