/** What can go wrong with a request. All sizes and offsets are in bytes. */
export type FaultAction =
  /** Waits before the first byte of the answer. */
  | { type: 'latency'; milliseconds: number }
  /** Slows both bodies of the connection down. */
  | { type: 'rate'; bytesPerSecond: number }
  /**
   * Answers an error in place of doing the operation. Status and message are S3's own for
   * the code unless given; status 200 makes the error in a success that CopyObject and
   * CompleteMultipartUpload are known for.
   */
  | {
      type: 'error';
      code: string;
      status?: number;
      message?: string;
      headers?: Record<string, string>;
    }
  /** Resets the connection: nothing is done, nothing is answered. */
  | { type: 'reset' }
  /** Does the operation, then resets: the client cannot know. */
  | { type: 'reset-after-operation' }
  | { type: 'reset-request'; after: number }
  | { type: 'reset-response'; after: number }
  /** Sends that much of the response's body and then nothing more, for ever. */
  | { type: 'stall-response'; after: number }
  /** Nothing is done, and the answer never comes. */
  | { type: 'never-answer' }
  /** Flips the lowest bit of the byte at that offset of the body served. */
  | { type: 'flip-bit'; offset: number }
  /**
   * Ends the response early and cleanly. With `consistent` the Content-Length says so too,
   * and only a reader who knows the object's size or digest can tell.
   */
  | { type: 'truncate'; after: number; contentLength: 'full' | 'consistent' };

/** The fields that each type must have: numbers, but for the strings of the second list. */
const REQUIRED: Record<FaultAction['type'], { numbers: string[]; strings: string[] }> = {
  latency: { numbers: ['milliseconds'], strings: [] },
  rate: { numbers: ['bytesPerSecond'], strings: [] },
  error: { numbers: [], strings: ['code'] },
  reset: { numbers: [], strings: [] },
  'reset-after-operation': { numbers: [], strings: [] },
  'reset-request': { numbers: ['after'], strings: [] },
  'reset-response': { numbers: ['after'], strings: [] },
  'stall-response': { numbers: ['after'], strings: [] },
  'never-answer': { numbers: [], strings: [] },
  'flip-bit': { numbers: ['offset'], strings: [] },
  truncate: { numbers: ['after'], strings: ['contentLength'] },
};

/** One action or a list of them, from JSON. Throws Error with what is wrong. */
export function parseActions(json: string): FaultAction[] {
  const value: unknown = JSON.parse(json);
  return (Array.isArray(value) ? value : [value]).map(requireAction);
}

/** `value` itself when it is an action. Throws Error with what is wrong. */
export function requireAction(value: unknown): FaultAction {
  const action = value as FaultAction | undefined;
  const known = Object.entries(REQUIRED).find(([type]) => type === action?.type);
  if (!action || !known) throw new Error(`unknown fault action ${JSON.stringify(value)}`);
  const [type, { numbers, strings }] = known;
  const fields = new Map<string, unknown>(Object.entries(action));
  for (const name of numbers) {
    if (typeof fields.get(name) !== 'number')
      throw new Error(`fault ${type} needs a number ${name}`);
  }
  for (const name of strings) {
    if (typeof fields.get(name) !== 'string')
      throw new Error(`fault ${type} needs a string ${name}`);
  }
  return action;
}
