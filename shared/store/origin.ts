/** Who or what moved a tag, as far as it is known: by their own word, which nothing proves. */
export interface Author {
  /** A name on their machine, or in CI. */
  user: string;
  /** The machine, where it was none of CI. */
  host?: string | undefined;
  /** The URL of the run of CI. */
  run?: string | undefined;
  /** The commit that CI was at. */
  commit?: string | undefined;
}

/** Where a change took its images from, when not from a push. */
export interface Origin {
  /** Such as `api:4f2c1e`. */
  reference: string;
  /** The URL of the store, where it was another. */
  store?: string | undefined;
  /** The change of that tag that it was. */
  sequence?: number | undefined;
}

/** Undefined when the value is no author. */
export function readAuthor(value: unknown): Author | undefined {
  const { user, host, run, commit } = fieldsOf(value);
  return typeof user === 'string'
    ? { user, host: textOf(host), run: textOf(run), commit: textOf(commit) }
    : undefined;
}

/** Undefined when the value is no origin. */
export function readOrigin(value: unknown): Origin | undefined {
  const { reference, store, sequence } = fieldsOf(value);
  if (typeof reference !== 'string') return undefined;
  const known = Number.isSafeInteger(sequence) ? (sequence as number) : undefined;
  return { reference, store: textOf(store), sequence: known };
}

/** `alice on laptop`, or `alice in https://github.com/…/runs/17`. */
export function formatAuthor({ user, host, run }: Author): string {
  return run ? `${user} in ${run}` : host ? `${user} on ${host}` : user;
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
