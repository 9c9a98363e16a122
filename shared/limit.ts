/** Lets `most` of the calls run at once; the others wait, first come first served. */
export function limited<Args extends unknown[], R>(
  most: number,
  work: (...args: Args) => Promise<R>,
): (...args: Args) => Promise<R> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (...args) => {
    if (running >= most) await new Promise<void>((go) => waiting.push(go));
    else running++;
    try {
      return await work(...args);
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}
