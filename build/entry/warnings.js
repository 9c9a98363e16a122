/**
 * A Node of before 24 warns of its SQLite, which concerns nobody who runs a program. The option of Node
 * that turns this off is none to those which are too old, and they would say that in place of their age.
 */
export function withoutExperimentalWarnings() {
  const listeners = process.listeners('warning');
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    if (warning.name === 'ExperimentalWarning') return;
    for (const listener of listeners) listener(warning);
  });
}
