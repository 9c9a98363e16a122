import type { Digest } from './digest.ts';

/**
 * What a long job tells while it runs. The core emits, a reporter renders (terminal, plain lines,
 * GitHub); nothing else prints. Byte counts are running totals, not increments.
 */
export type ProgressEvent =
  /** A new stage of the job began, such as "Exporting api:1 from the engine". */
  | { type: 'stage'; text: string }
  /** A layer of `size` bytes is dealt with; `reused`: without moving it. */
  | { type: 'layer'; digest: Digest; size: number; reused: boolean }
  /** Bytes of the image that the job will handle, as soon as that is known. */
  | { type: 'total'; bytes: number }
  /** Bytes of the image handled so far, and bytes that went over the wire. */
  | { type: 'progress'; done: number; wire: number }
  /**
   * A tag is about to point to `digest`, or to be removed where that is undefined; it has been; or it
   * was not after all. For whoever has to say what is done when the job ends early. A tag that stays
   * where it is has no event.
   */
  | {
      type: 'tag';
      reference: string;
      digest: Digest | undefined;
      state: 'moving' | 'moved' | 'refused';
    }
  /** Something the user should know, though the job goes on. */
  | { type: 'notice'; text: string }
  /** Detail for `--log-level debug`. */
  | { type: 'debug'; text: string }
  /** What a program that runs for ever did or met. */
  | ({ type: 'log' } & LogEntry);

export interface LogEntry {
  level: 'error' | 'warning' | 'info' | 'debug';
  /** A name for what happened, such as `rolled-back`, which does not change. */
  event: string;
  /** What is undefined is left out. */
  fields: Readonly<Record<string, string | number | undefined>>;
}

export type Report = (event: ProgressEvent) => void;

export const silent: Report = () => {};
