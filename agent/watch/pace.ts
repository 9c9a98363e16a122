/** Milliseconds until the first try after a failure, at most. */
const firstRetry = 5_000;

/** Milliseconds to which the pauses grow while failures go on, unless the interval is longer. */
const longestRetry = 5 * 60_000;

/**
 * Milliseconds until the next look at a tag: the interval, give or take a tenth, so that a fleet that
 * was started at once does not look at once. After failures soon, then ever more slowly.
 *
 * @param failures in a row
 */
export function pauseAfter(failures: number, interval: number, random = Math.random): number {
  const around = (milliseconds: number) => milliseconds * (0.9 + 0.2 * random());
  if (failures === 0) return around(interval);
  const longest = Math.max(interval, longestRetry);
  return around(
    Math.min(longest, Math.min(interval, firstRetry) * 2 ** Math.min(failures - 1, 30)),
  );
}
