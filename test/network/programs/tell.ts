/** The end of a program inside a host that tells the test what it knows: see ../service.ts. */

/** What the program is to do, as the test gave it. */
export function readOptions<Options>(): Options {
  return JSON.parse(process.argv[2] ?? '');
}

/**
 * Tells it to the test when it asks, and now, for the program is ready.
 *
 * @returns tells it at once
 */
export function tell(state: () => object): () => void {
  const send = () => void process.send?.(state());
  process.on('message', send);
  process.on('disconnect', () => process.exit());
  send();
  return send;
}
