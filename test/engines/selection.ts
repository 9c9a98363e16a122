import { type EngineKind, engineKinds } from './kinds.ts';
import { canStartEngine } from './requirements.ts';

export interface SelectedEngine {
  kind: EngineKind;
  /** Why it is left out; false when it isn't. The option of node:test. */
  skip: string | false;
}

/**
 * The engines to test with: those that `WHERRY_TEST_ENGINES` lists, divided by commas. Without it
 * the machine's own, which alone may be missing.
 */
export async function selectedEngines(env: NodeJS.ProcessEnv): Promise<SelectedEngine[]> {
  const asked = env.WHERRY_TEST_ENGINES;
  if (asked) return asked.split(',').map((name) => ({ kind: kindOf(name), skip: false }));
  const missing = await canStartEngine();
  return [
    { kind: 'host', skip: missing ? `LEFT OUT: NO ENGINE IS TESTED, for ${missing}` : false },
  ];
}

function kindOf(name: string): EngineKind {
  if (Object.hasOwn(engineKinds, name)) return name as EngineKind;
  throw new Error(`"${name}" is no engine; there are ${Object.keys(engineKinds).join(', ')}.`);
}
