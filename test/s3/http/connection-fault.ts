/** Thrown to end an exchange, and with it the connection, without the rest of the answer. */
export class ConnectionFault extends Error {
  /** `reset`: TCP RST; `close`: TCP FIN. */
  readonly ending: 'reset' | 'close';

  constructor(ending: 'reset' | 'close') {
    super(`the connection is to end with a ${ending}`);
    this.ending = ending;
  }
}
