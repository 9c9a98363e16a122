import { mediaType } from '../image/manifest.ts';

/** Docker's own types, from before OCI (distribution: manifest-v2-2.md), mean the same. */
const configTypes: string[] = [mediaType.config, 'application/vnd.docker.container.image.v1+json'];

/** Whether a manifest with this type of config may be an image, and not some other artifact. */
export function isImageConfig(type: string | undefined): boolean {
  return type === undefined || configTypes.includes(type);
}

/** Whether this is a layer of an image, in whatever compression; the bytes tell which. */
export function isLayer(type: string | undefined): boolean {
  return (
    type === undefined ||
    /^application\/vnd\.(?:oci\.image\.layer|docker\.image\.rootfs)\./.test(type)
  );
}

export function isForeign(type: string | undefined): boolean {
  return /\.(?:nondistributable|foreign)\./.test(type ?? '');
}

/** As ocicrypt names encrypted layers (github.com/containers/ocicrypt/spec). */
export function isEncrypted(type: string | undefined): boolean {
  return (type ?? '').endsWith('+encrypted');
}
