/**
 * What went wrong, as a literal code. Each has one exit code, see {@link exitCodeOf}.
 */
export type ErrorCode =
  | 'FAILED'
  | 'NO_SPACE'
  | 'ENGINE_FAILED'
  | 'USAGE'
  | 'BAD_INPUT'
  | 'WRONG_REGION'
  | 'NOT_FOUND'
  | 'CORRUPT'
  | 'NO_CREDENTIALS'
  | 'ACCESS_DENIED'
  | 'CONFLICT'
  | 'NO_ENGINE'
  | 'UNAVAILABLE'
  | 'SLOW_DOWN'
  | 'INTERRUPTED';

/** Where it went wrong: the Docker engine, the store (S3 or a folder), or this machine. */
export type Side = 'engine' | 'store' | 'local';

export interface ErrorDetails {
  side: Side;
  /** One line that says what to do about it. */
  hint?: string | undefined;
  cause?: unknown;
  /** Milliseconds after which whoever refused wants to be asked again. */
  retryAfter?: number | undefined;
}

/** The only error that a user sees: one line of what failed, on which side, and what to do. */
export class WherryError extends Error {
  readonly code: ErrorCode;
  readonly side: Side;
  readonly hint: string | undefined;
  readonly retryAfter: number | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'WherryError';
    this.code = code;
    this.side = details.side;
    this.hint = details.hint;
    this.retryAfter = details.retryAfter;
  }
}

/** One exit code for each. */
export const exitCodes: Record<ErrorCode, number> = {
  FAILED: 1,
  NO_SPACE: 1,
  ENGINE_FAILED: 1,
  USAGE: 2,
  BAD_INPUT: 2,
  WRONG_REGION: 2,
  NOT_FOUND: 3,
  CORRUPT: 4,
  NO_CREDENTIALS: 5,
  ACCESS_DENIED: 5,
  CONFLICT: 6,
  NO_ENGINE: 7,
  UNAVAILABLE: 8,
  SLOW_DOWN: 8,
  INTERRUPTED: 130,
};

/** The process exit code for whatever was thrown; anything that is not ours is a plain failure. */
export function exitCodeOf(error: unknown): number {
  return error instanceof WherryError ? exitCodes[error.code] : 1;
}

export function isWherryError(error: unknown, code?: ErrorCode): error is WherryError {
  return error instanceof WherryError && (code === undefined || error.code === code);
}

/** Whether another try may go better: the network or S3 failed, or S3 asks for fewer requests. */
export function isPassing(error: unknown): error is WherryError {
  return isWherryError(error, 'UNAVAILABLE') || isWherryError(error, 'SLOW_DOWN');
}

/** The same error, that says more; what is not ours stays as it is. */
export function withMore(error: unknown, ...sentences: string[]): unknown {
  if (!isWherryError(error) || sentences.length === 0) return error;
  const { code, message, side, hint, retryAfter } = error;
  const text = [message, ...sentences].join(' ');
  return new WherryError(code, text, { side, hint, retryAfter, cause: error });
}

/** The error for work that an {@link AbortSignal} ended. */
export function interrupted(): WherryError {
  return new WherryError('INTERRUPTED', 'Interrupted.', { side: 'local' });
}

/** @throws WherryError INTERRUPTED when the signal has fired */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw interrupted();
}

/** The message of whatever was thrown, on one line. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.replace(/\s+/g, ' ').trim();
}
