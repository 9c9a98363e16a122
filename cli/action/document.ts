/** The document of `--json`, of which each command has a form of its own, read with care. */
export interface Document {
  text(path: string): string | undefined;
  /** A text, or each of a list of texts. */
  texts(path: string): string[];
  number(path: string): number | undefined;
}

/** @param json of any form; a path is such as `bytes.uploaded` */
export function readDocument(json: unknown): Document {
  const at = (path: string): unknown =>
    path.split('.').reduce<unknown>((value, key) => {
      const isObject = typeof value === 'object' && value !== null;
      return isObject ? (value as Record<string, unknown>)[key] : undefined;
    }, json);
  const texts = (path: string) =>
    [at(path)].flat().filter((each): each is string => typeof each === 'string');
  return {
    texts,
    text: (path) => texts(path)[0],
    number(path) {
      const value = at(path);
      return typeof value === 'number' ? value : undefined;
    },
  };
}
