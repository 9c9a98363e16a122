/** A writable stream of Node's or streamx's. */
interface Sink {
  readonly destroyed: boolean;
  /** Of a transform: whether all it had to give was read. */
  readonly readableEnded?: boolean;
  write(chunk: Buffer): boolean;
  end(chunk?: undefined): unknown;
  destroy(error?: Error): unknown;
  on(event: 'drain' | 'close', listener: () => void): unknown;
  off(event: 'drain' | 'close', listener: () => void): unknown;
}

/**
 * Writes a source to a sink and ends it, honouring backpressure. Never rejects: when the source
 * fails the sink is destroyed with its error. When the sink is closed the source is closed too,
 * unless the sink came to its end by itself: then the rest of the source is read and dropped.
 */
export async function feed(source: AsyncIterable<Buffer>, sink: Sink): Promise<void> {
  try {
    for await (const chunk of source) {
      if (sink.destroyed && !sink.readableEnded) return;
      if (!sink.destroyed && !sink.write(chunk)) await drained(sink);
    }
    sink.end();
  } catch (error) {
    sink.destroy(error as Error);
  }
}

function drained(sink: Sink): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      sink.off('drain', done);
      sink.off('close', done);
      resolve();
    };
    sink.on('drain', done);
    sink.on('close', done);
  });
}
