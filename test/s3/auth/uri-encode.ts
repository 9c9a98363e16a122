/** Percent-encodes everything but `A-Z a-z 0-9 - . _ ~`, as SigV4 wants it. */
export function uriEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The same, with the slashes kept. */
export function uriEncodePath(path: string): string {
  return path.split('/').map(uriEncode).join('/');
}
