/** Bytes as docker writes them: decimal units, three digits. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${value.toFixed(digits)} ${units[unit]}`;
}

export function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)}s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}m${String(whole % 60).padStart(2, '0')}s`;
}

/** How long ago, as docker says it: "3 hours ago". */
export function formatAge(time: string, now: number): string {
  const seconds = Math.max(0, (now - Date.parse(time)) / 1000);
  if (Number.isNaN(seconds)) return time;
  const steps: [number, string][] = [
    [60, 'second'],
    [60, 'minute'],
    [24, 'hour'],
    [30, 'day'],
    [12, 'month'],
    [Number.POSITIVE_INFINITY, 'year'],
  ];
  let value = seconds;
  for (const [size, name] of steps) {
    if (value < size) {
      const whole = Math.floor(value);
      return `${whole} ${name}${whole === 1 ? '' : 's'} ago`;
    }
    value /= size;
  }
  return time;
}

/**
 * Text of any origin, as a terminal may have it: what would steer it, or turn the order of what is read
 * (Unicode, "Bidi_Control"), is shown as an escape such as `\u001b`. Lines stay lines.
 */
export function printable(text: string): string {
  const steers = /(?![\t\n])[\p{Cc}\p{Bidi_Control}]/gu;
  return text.replace(steers, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * Columns of text of any origin, the way docker aligns its tables: three spaces between. A row is a
 * line, whatever is in it.
 */
export function formatTable(texts: string[][]): string {
  const rows = texts.map((row) => row.map((text) => printable(text.replace(/[^\S ]+/gu, ' '))));
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    }
  }
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('   ')
        .trimEnd(),
    )
    .join('\n');
}
