/** What a bundle needs: 22.15 has zstd in node:zlib. */
export const least = { minor: 15, hint: 'Install a newer one, or put it first in PATH.' };
