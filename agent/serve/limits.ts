/** What keeps the registry's memory bounded, however many clients it has. */
export interface Limits {
  /** Plain bytes of layers in memory, over all responses. */
  window: number;
  /** Of these, what one response may fetch ahead of its client. */
  ahead: number;
  /** Blobs sent at once, and other requests answered at once; the rest wait, first come first served. */
  blobsAtOnce: number;
  othersAtOnce: number;
  /** Connections; more are refused. */
  connections: number;
  /** Milliseconds in which a client has to take what was written, {@link pieceSize} at most. */
  patience: number;
  /** Milliseconds that responses have left once the program is told to end. */
  grace: number;
}

/** Bytes written at once. */
export const pieceSize = 256 * 1024;

export const defaultLimits: Limits = {
  window: 24 * 1024 * 1024,
  ahead: 8 * 1024 * 1024,
  blobsAtOnce: 8,
  othersAtOnce: 16,
  connections: 512,
  patience: 60_000,
  grace: 5_000,
};
