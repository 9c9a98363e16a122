import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** dockerd, and what puts it into namespaces of its own (util-linux). */
const commands = ['dockerd', 'unshare', 'setpriv'];

/**
 * Whether the machine's own engine can be started here.
 *
 * @returns what it is left out for, such as "want of root"; undefined when it can
 */
export async function canStartEngine(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'want of root';
  for (const command of commands) {
    if (!(await isInstalled(command))) return `want of ${command}`;
  }
  return undefined;
}

/** Whether a command of that name is in PATH. */
export async function isInstalled(command: string): Promise<boolean> {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = folders.map((folder) => access(join(folder, command), constants.X_OK));
  return Promise.any(found).then(
    () => true,
    () => false,
  );
}
