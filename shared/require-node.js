/**
 * Plain JavaScript, which any Node of the last years can read, so that one that is too old to run
 * the rest says so, in place of failing on its syntax.
 *
 * @param {string} program
 * @param {{ minor: number, hint: string }} [least] of Node 22, and what to do about an older one
 * @returns {boolean} whether this Node can run the program; if not, that has been said
 */
export function requireNode(program, least = checkout(program)) {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= least.minor)) return true;
  process.stderr.write(
    `error (local): ${program} needs Node 22.${least.minor} or newer; this is ${process.version} (${process.execPath}).\n` +
      `  ${least.hint}\n`,
  );
  process.exitCode = 1;
  return false;
}

/**
 * 22.18 runs TypeScript, which a checkout consists of.
 *
 * @param {string} program
 */
function checkout(program) {
  return { minor: 18, hint: `In a checkout, npm ci brings its own: run it as npx ${program}.` };
}
