import { WherryError } from '../error.ts';

/** An OCI platform (image-index.md): Go's names for the system and the architecture. */
export interface Platform {
  os: string;
  architecture: string;
  variant?: string;
}

const pattern = /^([a-z0-9_]+)\/([a-z0-9_]+)(?:\/([a-z0-9_.]+))?$/;

/** @throws WherryError USAGE unless the text is `os/architecture[/variant]` */
export function parsePlatform(text: string): Platform {
  const [, os, architecture, variant] = pattern.exec(text) ?? [];
  if (!os || !architecture) {
    throw new WherryError('USAGE', `"${text}" is not a platform.`, {
      side: 'local',
      hint: 'Write it as os/architecture[/variant], such as linux/arm64.',
    });
  }
  return normalizePlatform({ os, architecture, ...(variant ? { variant } : {}) });
}

/** The platform in a JSON document, as OCI's object or as text; undefined when it is none. */
export function readPlatform(value: unknown): Platform | undefined {
  const { os, architecture, variant } = (value ?? {}) as Record<string, unknown>;
  const parts = [os, architecture, ...(variant ? [variant] : [])];
  const text = typeof value === 'string' ? value : parts.join('/');
  return pattern.test(text) ? parsePlatform(text) : undefined;
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

/** The variant of a 32-bit ARM machine, by the name that uname(2) has for it: `v7` for `armv7l`. */
export function armVariant(machine: string): string | undefined {
  return /^armv[5-8]/.exec(machine)?.[0].slice('arm'.length);
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
