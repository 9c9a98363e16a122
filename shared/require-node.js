/**
 * Plain JavaScript, which any Node of the last years can read, so that one that is too old to run
 * the rest says so, in place of failing on its syntax.
 *
 * @param {string} program
 * @returns {boolean} whether this Node can run the program; if not, that has been said
 */
export function requireNode(program) {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  // 22.15 has zstd in node:zlib; 22.18 runs TypeScript, which a checkout consists of.
  if (major > 22 || (major === 22 && minor >= 18)) return true;
  process.stderr.write(
    `error (local): ${program} needs Node 22.18 or newer; this is ${process.version} (${process.execPath}).\n` +
      `  In a checkout, npm ci brings its own: run it as npx ${program}.\n`,
  );
  process.exitCode = 1;
  return false;
}
