import type { Environment } from '../../shared/environment.ts';

/**
 * The inputs that a step was given: GitHub passes each as `INPUT_` and its name in upper case, spaces
 * as underscores (actions/runner, Handler.cs, `AddInputsToEnvironment`), and those that were not given
 * as nothing.
 */
export function givenInputs(env: Environment): Map<string, string> {
  const given = new Map<string, string>();
  for (const [variable, value = ''] of Object.entries(env)) {
    if (!variable.startsWith('INPUT_')) continue;
    const text = value.trim();
    if (text !== '') given.set(variable.slice('INPUT_'.length).toLowerCase(), text);
  }
  return given;
}
