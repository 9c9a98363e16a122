import { formatBytes } from '../../shared/report/format.ts';
import type { RequestLog } from '../s3/server.ts';
import type { TestImage } from '../support/image/build.ts';
import { imageBytes } from './images.ts';

/** What a push moved. */
export interface Moved {
  /** Which push it was. */
  push: string;
  /** Bytes of the image, uncompressed. */
  image: number;
  layers: number;
  /** Layers that the store had already. */
  reused: number;
  /** Bytes of all requests' bodies. */
  uploaded: number;
  requests: number;
  /** From the start of the program to its end. */
  seconds: number;
}

export interface Push {
  push: string;
  image: TestImage;
  seconds: number;
  /** Of the server, since the push began. */
  requests: RequestLog;
}

/** Takes from the server's log what a push moved: a layer that is not reused gets a recipe. */
export function movedBy({ push, image, seconds, requests }: Push): Moved {
  const recipes = requests.select(
    ({ operation, key, status }) =>
      operation === 'PutObject' && key.includes('/layers/') && status === 200,
  );
  return {
    push,
    image: imageBytes(image),
    layers: image.layers.length,
    reused: image.layers.length - recipes.length,
    uploaded: requests.bytesIn(),
    requests: requests.count(),
    seconds,
  };
}

const header = ['PUSH', 'IMAGE', 'LAYERS REUSED', 'UPLOADED', 'OF IMAGE', 'REQUESTS', 'SECONDS'];

export function movedTable(moved: Moved[]): string {
  const rows = moved.map((row) => [
    row.push,
    formatBytes(row.image),
    `${row.reused} of ${row.layers}`,
    formatBytes(row.uploaded),
    `${((100 * row.uploaded) / row.image).toFixed(1)} %`,
    String(row.requests),
    row.seconds.toFixed(1),
  ]);
  return aligned([header, ...rows]);
}

/** What the pushes saved, in words. */
export function savedBy(moved: Moved[]): string {
  const sum = moved.reduce((total, { uploaded }) => total + uploaded, 0);
  const whole = moved.length * (moved[0]?.uploaded ?? 0);
  return (
    `All ${moved.length} pushes together uploaded ${formatBytes(sum)}. With the whole image each ` +
    `time, compressed as in the first, it would have been ${formatBytes(whole)}.`
  );
}

/** Text to the left in the first column, figures to the right in the others. */
function aligned(rows: string[][]): string {
  const widthOf = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const pad = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widthOf(column)) : cell.padStart(widthOf(column));
  return rows.map((row) => row.map(pad).join('   ')).join('\n');
}
