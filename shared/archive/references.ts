import { formatReference, fullName, parseTagReference } from '../image/reference.ts';
import { list, object, text } from './json.ts';

/** containerd's annotation: the full name, `docker.io/library/app:2`. */
const nameAnnotation = 'io.containerd.image.name';
/** OCI's annotation (annotations.md): a tag by most writers, a whole reference by skopeo. */
const refNameAnnotation = 'org.opencontainers.image.ref.name';

/** The references that an index entry's annotations give; a bare tag gives none. */
export function readAnnotations(annotations: unknown): string[] {
  const name = text(object(annotations)[nameAnnotation]);
  const refName = text(object(annotations)[refNameAnnotation]);
  return [name ?? (refName && /[:/]/.test(refName) ? refName : undefined)].flatMap(familiar);
}

/** The annotations of the index entry that gives an image a reference. */
export function writeAnnotations(reference: string): Record<string, string> {
  const { repository, tag } = parseTagReference(reference);
  return {
    [nameAnnotation]: `${fullName(repository)}:${tag}`,
    [refNameAnnotation]: tag,
  };
}

/** The references that an entry of manifest.json gives. */
export function readRepoTags(repoTags: unknown): string[] {
  return list(repoTags).map(text).flatMap(familiar);
}

/** Docker writes null for none. */
export function writeRepoTags(references: string[]): string[] | null {
  const tags = references.map((reference) => formatReference(parseTagReference(reference)));
  return tags.length > 0 ? tags : null;
}

/** In Docker's familiar form; none for what is no reference, such as `<none>:<none>`. */
function familiar(reference: string | undefined): string[] {
  try {
    return reference === undefined ? [] : [formatReference(parseTagReference(reference))];
  } catch {
    return [];
  }
}
