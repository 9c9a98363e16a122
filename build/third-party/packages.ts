import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** Licences that let Wherry be what it is; another one is for people to decide about. */
const accepted = new Set(['Apache-2.0', 'MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD']);

export interface ThirdParty {
  name: string;
  version: string;
  license: string;
  /** The licence as the package has it, and its notices. */
  text: string;
}

/**
 * The packages that files are of, by name.
 *
 * @param files such as a bundle was made of
 * @param from the folder that their paths start from
 * @throws Error when one is under a licence that nobody has accepted, or has none
 */
export async function thirdParties(files: string[], from = root): Promise<ThirdParty[]> {
  const folders = files.map((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0]);
  const found = [...new Set(folders)].filter((folder) => folder !== undefined);
  const parties = found.map((folder) => readPackage(join(from, folder)));
  return (await Promise.all(parties)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function readPackage(path: string): Promise<ThirdParty> {
  const manifest = JSON.parse(await readFile(join(path, 'package.json'), 'utf8'));
  const { name, version, license } = manifest;
  if (!accepted.has(license))
    throw new Error(`${name} is under ${license}, which is not accepted.`);
  const own = (await readdir(path)).filter((file) => /^(?:licen[cs]e|copying|notice)/i.test(file));
  const texts = await Promise.all(own.sort().map((file) => readFile(join(path, file), 'utf8')));
  const text = texts.length > 0 ? texts.join('\n') : await standardText(manifest);
  return { name, version, license, text: text.replaceAll('\r\n', '\n').trim() };
}

/** For packages which only name their licence. */
async function standardText({ name, license, author }: Record<string, unknown>): Promise<string> {
  if (license === 'Apache-2.0') return readFile(join(root, 'LICENSE'), 'utf8');
  if (license === 'ISC' && typeof author === 'string') return `Copyright (c) ${author}\n\n${isc}`;
  throw new Error(`${name} has no text of its licence, ${license}.`);
}

/** https://spdx.org/licenses/ISC.html */
const isc = `Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee
is hereby granted, provided that the above copyright notice and this permission notice appear in all
copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE
INCLUDING ALL IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE
FOR ANY SPECIAL, DIRECT, INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS
OF USE, DATA OR PROFITS, WHETHER IN AN ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT
OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF THIS SOFTWARE.`;
