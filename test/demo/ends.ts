import type { TestImage } from '../support/image/build.ts';
import type { Cleanup } from '../support/temp.ts';
import type { Page } from './page.ts';

export interface EndsOptions {
  cleanup: Cleanup;
  page: Page;
  signal: AbortSignal;
}

/** Where the demo's images come from and where they go to: an engine, or archives without one. */
export interface Ends {
  /** What the reader is told of it. */
  description: string;
  /** What the image is called at both ends and in the store. */
  reference: string;
  /** Where the programs run. */
  folder: string | undefined;
  pushOptions: string[];
  pullOptions: string[];
  /** Puts an image where a push finds it, as a build would. */
  place(image: TestImage): Promise<void>;
  /**
   * Takes away whatever a pull could find there already.
   *
   * @returns what the reader is told of it
   */
  empty(): Promise<string>;
  /** Shows that what was pulled is the image. @throws Error when it is not */
  prove(image: TestImage): Promise<void>;
}
