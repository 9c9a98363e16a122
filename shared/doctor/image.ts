import { isWherryError } from '../error.ts';
import { formatReference, parseTagReference } from '../image/reference.ts';
import { formatBytes } from '../report/format.ts';
import { listImages } from '../store/list-images.ts';
import type { Check } from './check.ts';
import { type Finding, ok, problem, problemOf, warning } from './finding.ts';
import type { Setting } from './setting.ts';
import { storeTrouble } from './store-trouble.ts';

/** The image that is to be pulled: the one that is named, or the largest. */
export function imageCheck({ image, store, local }: Setting): Check {
  return {
    name: 'image',
    needs: ['list', 'read', 'format'],
    limit: 10_000,
    late: 'STORE_FAILING',
    async run(signal) {
      try {
        if (!image) {
          const listed = await listImages(store, undefined, { signal });
          const [largest] = listed.sort((a, b) => b.record.imageSize - a.record.imageSize);
          if (!largest) return [emptyStore(store.url)];
          local.image = parseTagReference(largest.reference);
          const size = formatBytes(largest.record.imageSize);
          return [ok(`The largest of ${listed.length} tags is ${largest.reference}, ${size}.`)];
        }
        const name = formatReference(image);
        const record = await store.getTag(image, { signal });
        if (!record) {
          const sentence = `There is no ${name} in ${store.url}.`;
          const remedy =
            'Push it, or check its name and the prefix in --store: "wherry ls" lists what there is.';
          return [problem('IMAGE_MISSING', sentence, remedy)];
        }
        local.image = image;
        return [ok(`${name} is in the store: ${record.digest}, ${formatBytes(record.imageSize)}.`)];
      } catch (error) {
        if (isWherryError(error, 'CORRUPT')) return [problemOf('STORE_FORMAT', error)];
        return [storeTrouble(error, store.url)];
      }
    },
  };
}

/** To whoever only pulls, a wrong prefix looks like a store before its first push. */
function emptyStore(url: string): Finding {
  return warning(
    'IMAGE_MISSING',
    `There is no image in ${url}, and so nothing to pull.`,
    'Check the prefix in --store or WHERRY_STORE; where it is right, push an image.',
  );
}
