import { WherryError } from './error.ts';

const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds that a timer of Node can wait at most. */
export const longestDuration = 2 ** 31 - 1;

/**
 * Milliseconds of a text such as `30s`, `1.5h`, `10m`, `24h` or `7d`.
 *
 * @throws WherryError USAGE when it is none, or longer than 24 days
 */
export function parseDuration(text: string): number {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? [];
  const milliseconds = Number(number) * (units[unit] ?? Number.NaN);
  if (milliseconds <= longestDuration) return milliseconds;
  throw new WherryError('USAGE', `"${text}" is not a length of time.`, {
    side: 'local',
    hint: 'Write it as 30s, 10m or 24h; 24 days at most.',
  });
}
