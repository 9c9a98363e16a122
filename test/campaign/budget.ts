/**
 * Milliseconds after which the programs give a request up at the latest (docs/faults.md): the first
 * try may be silent for 30 s before it counts as failed, others may begin for 30 s from then on, and
 * the last of them may be silent as long again.
 */
const requestBudget = 3 * 30_000;

/** Milliseconds for all else: to start two programs a core, compress, and let the engine extract. */
const workBudget = 60_000;

/**
 * Milliseconds that an operation may take, whatever goes wrong. A request that is answered late may
 * cost each step of an operation some time, but {@link slowFaults} of a batch, of 30 s each, and what
 * is tried again at once stay below what one request may take in all.
 */
export const operationBudget = requestBudget + workBudget;

/** Requests of a batch, at most, that stall or are never answered, unless all are. */
export const slowFaults = 3;
