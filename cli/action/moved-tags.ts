import type { Command } from '../../shared/command/spec.ts';
import type { Digest } from '../../shared/digest.ts';
import type { ProgressEvent } from '../../shared/events.ts';

/** Keeps in mind which tags were moved, for whoever has to say it when a command ends early. */
export class MovedTags {
  readonly #tags = new Map<string, { digest: Digest | undefined; moved: boolean }>();

  see(event: ProgressEvent): void {
    if (event.type !== 'tag') return;
    const { reference, digest, state } = event;
    if (state === 'refused') this.#tags.delete(reference);
    else this.#tags.set(reference, { digest, moved: state === 'moved' });
  }

  /** What the command has done, and has not; undefined when there is nothing to say. */
  describe({ leaves }: Command): string | undefined {
    if (this.#tags.size === 0) return leaves;
    const sentences = [...this.#tags].map(([reference, { digest, moved }]) => {
      const [is, may] = digest ? ['points', 'point'] : ['is', 'be'];
      const where = digest ? `to ${digest}` : 'removed';
      return moved
        ? `${reference} ${is} ${where} now.`
        : `${reference} may ${may} ${where} now: that was under way.`;
    });
    return [...sentences, 'No other tag was moved.'].join(' ');
  }
}
