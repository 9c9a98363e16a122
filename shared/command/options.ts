import { WherryError } from '../error.ts';
import type { Option, OptionValues } from './spec.ts';

/** The options that every command of both programs has. */
export const commonOptions: Option[] = [
  {
    name: 'store',
    value: 'URL',
    description: 'the store: s3://bucket/prefix, or a folder',
    env: 'WHERRY_STORE',
  },
  {
    name: 'profile',
    value: 'NAME',
    description: 'the AWS profile, in place of AWS_PROFILE and the AWS_ variables',
  },
  { name: 'region', value: 'REGION', description: "the bucket's AWS region" },
  { name: 'endpoint-url', value: 'URL', description: 'an S3 server other than AWS' },
  { name: 'dual-stack', description: 'reach S3 over IPv6 too' },
  { name: 'json', description: 'print one JSON document on stdout' },
  { name: 'quiet', description: 'print errors and the bare result only' },
  {
    name: 'log-level',
    value: 'LEVEL',
    description: 'how much to tell on stderr',
    choices: ['error', 'info', 'debug'],
    default: 'info',
  },
];

export const platformOption: Option = {
  name: 'platform',
  value: 'OS/ARCH',
  description: 'the platform, where there are several; such as linux/arm64',
};

/** `log-level` as {@link OptionValues} has it: `logLevel`. */
export function camelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

export function textOption(options: OptionValues, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

export function listOption(options: OptionValues, name: string): string[] {
  const value = options[name];
  return Array.isArray(value) ? value : [];
}

export function switchOption(options: OptionValues, name: string): boolean {
  return options[name] === true;
}

/** @throws WherryError USAGE */
export function usageError(message: string, hint: string): WherryError {
  return new WherryError('USAGE', message, { side: 'local', hint });
}
