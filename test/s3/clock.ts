/** The server's clock. Its offset can be changed at any time, to play a host whose clock is wrong. */
export class Clock {
  /** Milliseconds that this clock is ahead of the machine's. */
  offset: number;

  constructor(offset = 0) {
    this.offset = offset;
  }

  /** Milliseconds since the epoch. */
  now(): number {
    return Date.now() + this.offset;
  }
}
