import type { Environment } from '../../shared/environment.ts';
import type { Rollout } from './tag-state.ts';

/** Variables that are for this process alone: whoever notifies systemd must be its main process. */
const ownVariables = ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID'];

/** What is left of the agent's own environment for the operator's commands. */
export function withoutOwn(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !ownVariables.includes(name)));
}

/** What the operator's command is told. */
export function hookEnvironment(
  reference: string,
  { digest, image, previous, reason }: Rollout,
): Environment {
  return {
    WHERRY_REASON: reason,
    WHERRY_IMAGE: reference,
    WHERRY_IMAGE_ID: image,
    WHERRY_DIGEST: digest,
    WHERRY_PREVIOUS_DIGEST: previous ?? '',
  };
}
