import type { Digest } from '../../shared/digest.ts';
import { isWherryError, messageOf } from '../../shared/error.ts';
import type { TagReference } from '../../shared/image/reference.ts';
import type { Activity, Trouble } from '../../shared/store/heartbeat.ts';
import type { Store } from '../../shared/store/store.ts';
import type { TagRecord } from '../../shared/store/tag.ts';
import { pauseAfter } from './pace.ts';
import { advance, type RolloutParts } from './rollout.ts';
import type { Rollout } from './tag-state.ts';
import { failedHosts, goesFirst, type Wave } from './wave.ts';

export interface FollowerParts extends RolloutParts {
  tag: TagReference;
  /** Its name in the fleet. */
  host: string;
  store: Store;
  /** Milliseconds between two looks at the tag. */
  interval: number;
  wave: Wave | undefined;
  /** Called when there is something new to say in a heartbeat. */
  changed(): void;
}

/** Milliseconds that a look at the tag may take, all its tries included, before it counts as stuck. */
const longestLook = 10 * 60_000;

/** Follows one tag: looks at it, decides, and rolls out. */
export class Follower {
  readonly #parts: FollowerParts;
  #known: { record: TagRecord; etag: string } | undefined;
  #looked = false;
  #checked = false;
  /** Whether the image that ran is gone from the engine, or its name points elsewhere. */
  #lost = false;
  #failures = 0;
  #trouble: Trouble | undefined;
  /** Whether it has been told that there is no such tag. */
  #absent = false;
  #waitsSince: number | undefined;

  constructor(parts: FollowerParts) {
    this.#parts = parts;
  }

  /** What keeps it from its work right now, which may pass. */
  get trouble(): Trouble | undefined {
    return this.#trouble;
  }

  get activity(): Activity {
    const { rollout, wave } = this.#parts.get();
    return rollout?.reason ?? (wave ? 'waiting' : 'idle');
  }

  /** Until the signal fires; whatever happens is told, tried again, and never ends it. */
  async run(): Promise<void> {
    const { interval, clock, signal, alive } = this.#parts;
    while (!signal.aborted) {
      await this.step();
      if (signal.aborted) return;
      const pause = pauseAfter(this.#failures, interval);
      alive(pause + longestLook);
      await clock.sleep(pause, signal);
    }
  }

  /** One look at the tag, and all that follows from it. @returns what went wrong */
  async step(): Promise<unknown> {
    const { alive, clock, log, signal, changed } = this.#parts;
    const before = this.#parts.get();
    alive(longestLook);
    try {
      await this.#resume();
      await this.#checkEngine();
      await this.#decide(await this.#look());
      await this.#advance();
      this.#failures = 0;
      if (this.#trouble) log('info', 'recovered');
      this.#trouble = undefined;
    } catch (error) {
      if (signal.aborted && isWherryError(error, 'INTERRUPTED')) return error;
      this.#failures++;
      const message = messageOf(error);
      const news = this.#trouble?.message !== message;
      log(news ? 'warning' : 'debug', 'trouble', { error: message, failures: this.#failures });
      this.#trouble = { time: clock.wall().toISOString(), message };
      if (news) changed();
      return error;
    } finally {
      if (this.#parts.get() !== before) changed();
    }
  }

  /** What was begun before this process was is finished first: that may need no store. */
  async #resume(): Promise<void> {
    if (this.#looked) return;
    const { rollout } = this.#parts.get();
    if (!rollout || (rollout.reason === 'release' && rollout.step === 'pull')) return;
    const { digest, step, reason } = rollout;
    this.#parts.log('info', 'resuming', { digest, step, reason });
    await this.#advance();
  }

  /** Once, at the start: an engine may have lost its images while nobody looked. */
  async #checkEngine(): Promise<void> {
    if (this.#checked) return;
    const { current, rollout } = this.#parts.get();
    this.#lost = !rollout && !!current && !(await this.#parts.images.isThere(current));
    this.#checked = true;
    if (this.#lost) this.#parts.log('warning', 'image-gone', { digest: current?.digest });
  }

  async #advance(): Promise<void> {
    if (this.#parts.get().rollout) this.#parts.changed();
    await advance(this.#parts);
    this.#lost = this.#lost && this.#parts.get().rollout !== undefined;
  }

  /** @returns what the tag points to; undefined when there is no such tag */
  async #look(): Promise<TagRecord | undefined> {
    const { store, tag, signal, log } = this.#parts;
    const found = await store.pollTag(tag, this.#known?.etag, { signal });
    this.#looked = true;
    if (found === 'unchanged') return this.#known?.record;
    this.#known = found && { record: found.value, etag: found.etag };
    if (found) {
      log('info', 'tag', { digest: found.value.digest, change: found.value.sequence });
    } else if (!this.#absent) {
      log('warning', 'no-tag', { store: store.url });
    }
    this.#absent = !found;
    return found?.value;
  }

  async #decide(record: TagRecord | undefined): Promise<void> {
    if (!record) return;
    const { get, update } = this.#parts;
    const { current, rollout, quarantined } = get();
    const bad = quarantined?.digest === record.digest && quarantined.sequence === record.sequence;
    const wanted = bad ? current?.digest : record.digest;
    if (!wanted) return;
    if (rollout ? rollout.digest === wanted : current?.digest === wanted && !this.#lost) {
      if (get().wave || (quarantined && !bad)) {
        await update({ wave: undefined, quarantined: bad ? quarantined : undefined });
      }
      return;
    }
    if (current && !this.#lost && !rollout && !(await this.#isOurTurn(record))) return;
    await this.#begin(wanted, record, bad);
  }

  async #begin(digest: Digest, { sequence }: TagRecord, bad: boolean): Promise<void> {
    const { get, update } = this.#parts;
    const { current, rollout, quarantined } = get();
    const begun: Rollout = {
      reason: 'release',
      step: 'pull',
      digest,
      sequence,
      image: undefined,
      previous: rollout && rollout.step !== 'pull' ? rollout.digest : current?.digest,
      child: rollout?.child,
    };
    this.#waitsSince = undefined;
    const kept = bad ? quarantined : undefined;
    await update({ rollout: begun, quarantined: kept, wave: undefined });
  }

  /** Hosts of the first wave take a release at once; the others when it has failed nowhere by then. */
  async #isOurTurn(record: TagRecord): Promise<boolean> {
    const { wave, host, reference, get, update, clock, log } = this.#parts;
    if (!wave || goesFirst(wave, host, reference)) return true;
    const waiting = get().wave;
    const { digest, sequence } = record;
    if (waiting?.sequence !== sequence) {
      this.#waitsSince = clock.now();
      log('info', 'waiting', { digest, seconds: wave.delay / 1000 });
      const since = clock.wall().toISOString();
      await update({ wave: { sequence, since, held: undefined } });
      return wave.delay === 0;
    }
    if (waiting.held !== undefined) return false;
    // Begun by an earlier process: a clock that was set meanwhile makes it wait no longer than once more.
    const before = clock.wall().getTime() - Date.parse(waiting.since);
    this.#waitsSince ??= clock.now() - Math.max(0, Math.min(wave.delay, before || 0));
    if (clock.now() - this.#waitsSince < wave.delay) return false;
    const { store, tag, signal } = this.#parts;
    const [failed] = failedHosts(await store.listHeartbeats(tag, { signal }), record);
    if (!failed) return true;
    const held = `It failed on ${failed.beat.host}: ${failed.beat.quarantined?.message}`;
    log('warning', 'held', { digest, host: failed.beat.host, error: held });
    await update({ wave: { ...waiting, held } });
    return false;
  }
}
