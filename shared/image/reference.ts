import { type Digest, isDigest } from '../digest.ts';
import { WherryError } from '../error.ts';

/** An image reference as Docker writes it: `repository[:tag][@sha256:…]`. */
export interface Reference {
  /** Without the default domain: `api`, not `docker.io/library/api`. */
  repository: string;
  tag: string | undefined;
  digest: Digest | undefined;
}

/** A reference that names a tag: the place in a store that can move. */
export interface TagReference {
  repository: string;
  tag: string;
}

// The grammar of github.com/distribution/reference (regexp.go).
const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const host =
  '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*|\\[[a-fA-F0-9:]+\\]';
const repositoryPattern = new RegExp(
  `^(?:(?:${host})(?::[0-9]+)?/)?${component}(?:/${component})*$`,
);
const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const idPattern = /^(?:sha256:)?[0-9a-f]{64}$/;

function malformed(text: string, why: string): WherryError {
  return new WherryError('BAD_INPUT', `"${text}" is not an image reference: ${why}.`, {
    side: 'local',
    hint: 'Write it as docker does: repository[:tag][@sha256:digest], in lower case.',
  });
}

/** @throws WherryError BAD_INPUT when the text is not a reference by Docker's grammar */
export function parseReference(text: string): Reference {
  let rest = text;
  let digest: Digest | undefined;
  const at = rest.indexOf('@');
  if (at >= 0) {
    const candidate = rest.slice(at + 1);
    if (!isDigest(candidate)) throw malformed(text, 'what follows the "@" is not a sha256 digest');
    digest = candidate;
    rest = rest.slice(0, at);
  }
  let tag: string | undefined;
  const colon = rest.lastIndexOf(':');
  if (colon > rest.lastIndexOf('/')) {
    tag = rest.slice(colon + 1);
    if (!tagPattern.test(tag)) throw malformed(text, `the tag "${tag}" is malformed`);
    rest = rest.slice(0, colon);
  }
  if (rest === '') throw malformed(text, 'the repository is missing');
  const repository = familiarName(rest);
  if (repository.length > 255) throw malformed(text, 'the repository is over 255 characters');
  if (!repositoryPattern.test(repository)) {
    const upper = rest !== rest.toLowerCase();
    throw malformed(
      text,
      upper ? 'the repository must be in lower case' : 'the repository is malformed',
    );
  }
  return { repository, tag, digest };
}

/**
 * Like {@link parseReference}, for a place that moves: the tag defaults to `latest`, a digest is
 * refused.
 */
export function parseTagReference(text: string): TagReference {
  const { repository, tag, digest } = parseReference(text);
  if (digest !== undefined) throw malformed(text, 'a tag is needed here, not a digest');
  return { repository, tag: tag ?? 'latest' };
}

export function formatReference(reference: TagReference | Reference): string {
  const tag = reference.tag === undefined ? '' : `:${reference.tag}`;
  const digest = 'digest' in reference && reference.digest ? `@${reference.digest}` : '';
  return `${reference.repository}${tag}${digest}`;
}

/** Whether the text is a whole image ID, which docker takes in place of a reference. */
export function isImageId(text: string): boolean {
  return idPattern.test(text);
}

/** `api` for `docker.io/library/api`: how docker shows names, and how a store keeps them. */
function familiarName(repository: string): string {
  const name = repository.replace(/^(?:index\.)?docker\.io\//, '');
  return name === repository ? name : name.replace(/^library\/(?=[^/]+$)/, '');
}

/** `docker.io/library/api` for `api`: the full name that containerd keeps. */
export function fullName(repository: string): string {
  const first = repository.split('/')[0] ?? '';
  const hasDomain = repository.includes('/') && (/[.:A-Z]/.test(first) || first === 'localhost');
  if (hasDomain) return repository;
  return repository.includes('/') ? `docker.io/${repository}` : `docker.io/library/${repository}`;
}
