import { type Digest, parseDigest } from '../digest.ts';
import { textOption } from './options.ts';
import type { Option, OptionValues } from './spec.ts';

export const expectOption: Option = {
  name: 'expect',
  value: 'DIGEST|none',
  description: 'fail unless the tag points there now',
};

/** @throws WherryError BAD_INPUT when it is neither a digest nor `none` */
export function expectationOf(options: OptionValues): Digest | 'none' | undefined {
  const expect = textOption(options, 'expect');
  return expect === undefined || expect === 'none' ? expect : parseDigest(expect);
}
