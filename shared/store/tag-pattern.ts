import { WherryError } from '../error.ts';
import { formatReference, parseTagReference, type TagReference } from '../image/reference.ts';

/**
 * A pattern for tags, as `REPOSITORY:TAG`: `*` stands for any characters, none and `/` too, `?` for
 * exactly one, as in IAM policies. Each side is compared by itself and whole.
 *
 * @throws WherryError BAD_INPUT for a pattern that no tag could ever match
 */
export function checkTagPattern(pattern: string): void {
  const sides = sidesOf(pattern);
  if (!sides) throw refusal(pattern, 'it is not REPOSITORY:TAG');
  let example: string;
  try {
    // Wildcards can stand for letters, wherever they are.
    example = formatReference(parseTagReference(pattern.replace(/[*?]/g, 'a')));
  } catch (error) {
    throw refusal(pattern, 'no tag has such a name', error);
  }
  if (example.length !== pattern.length) {
    throw refusal(pattern, 'a store leaves out docker.io/ and library/ in names');
  }
}

export function matchesTag(pattern: string, { repository, tag }: TagReference): boolean {
  const sides = sidesOf(pattern);
  return sides !== undefined && matches(sides[0], repository) && matches(sides[1], tag);
}

/** At the colon of the tag, which stands after the last slash: a repository may have a port. */
function sidesOf(pattern: string): [repository: string, tag: string] | undefined {
  const colon = pattern.lastIndexOf(':');
  if (colon < 0 || colon < pattern.lastIndexOf('/')) return undefined;
  return [pattern.slice(0, colon), pattern.slice(colon + 1)];
}

/** Linear in memory and, but for the last `*` that is tried anew, in time: no pattern is a trap. */
function matches(pattern: string, text: string): boolean {
  let [at, star, retry] = [0, -1, 0];
  for (let index = 0; index < text.length; ) {
    if (pattern[at] === '*') {
      star = at++;
      retry = index;
    } else if (pattern[at] === '?' || pattern[at] === text[index]) {
      at++;
      index++;
    } else if (star >= 0) {
      at = star + 1;
      index = ++retry;
    } else {
      return false;
    }
  }
  return /^\**$/.test(pattern.slice(at));
}

function refusal(pattern: string, why: string, cause?: unknown): WherryError {
  return new WherryError('BAD_INPUT', `"${pattern}" is not a pattern for tags: ${why}.`, {
    side: 'local',
    hint: 'Write it as REPOSITORY:TAG, where * is any characters and ? is one: api:v*, *:release-*.',
    cause,
  });
}
