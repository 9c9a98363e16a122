import { WherryError } from '../error.ts';

/** An OCI platform (image-index.md): Go's names for the system and the architecture. */
export interface Platform {
  os: string;
  architecture: string;
  variant?: string;
}

/** @throws WherryError USAGE unless the text is `os/architecture[/variant]` */
export function parsePlatform(text: string): Platform {
  const match = /^([a-z0-9_]+)\/([a-z0-9_]+)(?:\/([a-z0-9_.]+))?$/.exec(text);
  if (!match?.[1] || !match[2]) {
    throw new WherryError('USAGE', `"${text}" is not a platform.`, {
      side: 'local',
      hint: 'Write it as os/architecture[/variant], such as linux/arm64.',
    });
  }
  return normalizePlatform({
    os: match[1],
    architecture: match[2],
    ...(match[3] ? { variant: match[3] } : {}),
  });
}

export function formatPlatform({ os, architecture, variant }: Platform): string {
  return variant ? `${os}/${architecture}/${variant}` : `${os}/${architecture}`;
}

/**
 * The names that containerd settles on (github.com/containerd/platforms, database.go): `x86_64` is
 * `amd64`, `aarch64` is `arm64`, and `v8` says nothing that `arm64` does not.
 */
export function normalizePlatform({ os, architecture, variant }: Platform): Platform {
  const renamed: Record<string, string> = {
    x86_64: 'amd64',
    'x86-64': 'amd64',
    aarch64: 'arm64',
    armhf: 'arm',
    i386: '386',
  };
  const name = renamed[architecture] ?? architecture;
  const plain = (name === 'arm64' && variant === 'v8') || (name === 'amd64' && variant === 'v1');
  return { os, architecture: name, ...(variant && !plain ? { variant } : {}) };
}

/** Whether an image for `offered` is what was asked for; a variant counts only where one is asked. */
export function matchesPlatform(wanted: Platform, offered: Platform): boolean {
  const a = normalizePlatform(wanted);
  const b = normalizePlatform(offered);
  return (
    a.os === b.os &&
    a.architecture === b.architecture &&
    (a.variant === undefined || a.variant === b.variant)
  );
}
