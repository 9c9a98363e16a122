import type { Meter } from '../bucket/metered.ts';
import type { Report } from '../events.ts';
import type { Store } from '../store/store.ts';

/** What a push or a pull works with. */
export interface TransferContext {
  store: Store;
  /** Counts what the store's bucket moves. */
  meter: Meter;
  report: Report;
  signal?: AbortSignal | undefined;
}
