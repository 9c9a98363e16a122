import type { TroubleCode } from './codes.ts';
import type { Finding } from './finding.ts';

/** One thing to look at. */
export interface Check {
  /** In one word, for `needs` and for whoever reads the findings. */
  name: string;
  /** Names of checks before this one without which there is nothing to look at. */
  needs: string[];
  /** Milliseconds that it may take. */
  limit: number;
  /** What it means when it takes longer; CHECK_LATE where that is not known. */
  late?: TroubleCode;
  /**
   * Looks, and leaves no trace. What it throws is a finding too. Of several findings the first is the
   * check's own; those after it are of the same kind or lesser.
   *
   * @param signal fires when the time is over
   */
  run(signal: AbortSignal): Promise<Finding[]>;
}

export interface CheckedFinding extends Finding {
  check: string;
}
