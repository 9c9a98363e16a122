import { arch, machine } from 'node:os';
import { armVariant, type Platform } from './platform.ts';

/** Go's names for the architectures that Node calls otherwise. */
const renamed: Readonly<Record<string, string>> = {
  x64: 'amd64',
  ia32: '386',
  ppc64: 'ppc64le',
  mipsel: 'mipsle',
};

/** What images this machine runs; those of Linux also where it runs another system, as engines do. */
export function machinePlatform(): Platform {
  const architecture = renamed[arch()] ?? arch();
  const variant = architecture === 'arm' ? armVariant(machine()) : undefined;
  return { os: 'linux', architecture, ...(variant ? { variant } : {}) };
}
