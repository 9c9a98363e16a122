import { fstatSync } from 'node:fs';
import type { Environment } from '../environment.ts';

/** Whether stderr goes to journald: JOURNAL_STREAM names its device and inode (systemd.exec(5)). */
export function isJournal({ JOURNAL_STREAM: stream }: Environment): boolean {
  if (!stream) return false;
  try {
    const { dev, ino } = fstatSync(2, { bigint: true });
    return stream === `${dev}:${ino}`;
  } catch {
    return false;
  }
}
