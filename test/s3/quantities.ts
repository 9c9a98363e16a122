/** Milliseconds of `25ms` or `1.5s`. Throws Error. */
export function parseDuration(text: string): number {
  return parse(text, { ms: 1, s: 1000 });
}

/** One duration, or the least and the most of them: `20ms-30ms`. Throws Error. */
export function parseLatency(text: string): number | [number, number] {
  const [least = '', most] = text.split('-');
  return most === undefined ? parseDuration(least) : [parseDuration(least), parseDuration(most)];
}

/** Bytes of `500`, `64KB` or `90MB`, in powers of ten as network rates are. Throws Error. */
export function parseBytes(text: string): number {
  return parse(text, { '': 1, KB: 1e3, MB: 1e6, GB: 1e9 });
}

function parse(text: string, units: Record<string, number>): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)([A-Za-z]*)$/.exec(text) ?? [];
  const factor = units[unit];
  if (amount === undefined || factor === undefined) {
    throw new Error(`"${text}" is no quantity in ${Object.keys(units).filter(Boolean).join(', ')}`);
  }
  return Number(amount) * factor;
}
