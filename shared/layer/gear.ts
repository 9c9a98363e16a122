import { createHash } from 'node:crypto';

const digestWords = 8;

/**
 * The gear table: for each byte a random 32-bit value, as a signed integer. Value i is word i mod 8
 * (big-endian) of the SHA-256 of the text `wherry gear ⌊i/8⌋`.
 *
 * It is part of the store's format: another table cuts the same bytes elsewhere, and nothing that
 * is already in a store would be found again.
 */
export const gear: Int32Array = deriveGear();

function deriveGear(): Int32Array {
  const table = new Int32Array(256);
  for (let i = 0; i < table.length; i += digestWords) {
    const digest = createHash('sha256')
      .update(`wherry gear ${i / digestWords}`)
      .digest();
    for (let word = 0; word < digestWords; word++) table[i + word] = digest.readInt32BE(word * 4);
  }
  return table;
}
