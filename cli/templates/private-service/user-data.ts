import type { Place } from '../../boot/place.ts';
import { type Machine, userData } from '../../boot/user-data.ts';
import { when } from '../cloudformation/intrinsics.ts';

/**
 * The script of `wherry user-data`. With IPv6 it and the agent use S3's dual stack, which only Amazon S3
 * has.
 */
export function userDataFor(machine: Machine, place: Place) {
  const plain = userData(machine, place);
  const dualStack = userData(machine, { ...place, dualStack: place.endpointUrl === undefined });
  return { 'Fn::Join': ['', eitherText('WithIpv6', dualStack, plain)] };
}

/** Two texts of as many lines, as pieces that make the one under a condition and else the other. */
function eitherText(condition: string, text: string, otherwise: string): unknown[] {
  const others = otherwise.split(/^/m);
  const pieces: unknown[] = [];
  for (const [index, line] of text.split(/^/m).entries()) {
    const other = others[index];
    const last = pieces.at(-1);
    if (line !== other) pieces.push(when(condition, line, other));
    else if (typeof last === 'string') pieces[pieces.length - 1] = last + line;
    else pieces.push(line);
  }
  return pieces;
}
