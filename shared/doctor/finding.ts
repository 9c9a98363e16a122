import type { PolicyKind } from '../bucket/denial.ts';
import { isWherryError, messageOf } from '../error.ts';
import type { FindingCode, TroubleCode } from './codes.ts';

/** `warning`: it works, and yet something should be changed. `problem`: it does not. */
export type Level = 'ok' | 'warning' | 'problem' | 'skipped';

export interface Finding {
  code: FindingCode;
  level: Level;
  sentence: string;
  /** What to change; of warnings and problems. */
  remedy: string | undefined;
  /** The kind of policy that denies something, as far as S3 says it or it can be told. */
  policy?: PolicyKind | undefined;
}

export function ok(sentence: string): Finding {
  return { code: 'OK', level: 'ok', sentence, remedy: undefined };
}

/** Of a check that does not apply here. */
export function skipped(sentence: string): Finding {
  return { code: 'SKIPPED', level: 'skipped', sentence, remedy: undefined };
}

export function warning(code: TroubleCode, sentence: string, remedy: string): Finding {
  return { code, level: 'warning', sentence, remedy };
}

export function problem(code: TroubleCode, sentence: string, remedy: string): Finding {
  return { code, level: 'problem', sentence, remedy };
}

/** The finding for an error that a command would have ended with; its hint is the remedy. */
export function problemOf(code: TroubleCode, error: unknown): Finding {
  const hint = isWherryError(error) ? error.hint : undefined;
  const remedy = hint ?? 'Run the command again with --log-level debug, which tells the cause.';
  return problem(code, messageOf(error), remedy);
}
