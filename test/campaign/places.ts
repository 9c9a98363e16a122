/** Images are pushed to the first, and promoted within it, to the other, and back. */
export const storeNames = ['staging', 'production'] as const;

export type StoreName = (typeof storeNames)[number];

/** A tag of one of the two stores: both have tags of the same name. */
export type Place = `${string} of ${StoreName}`;

export function placeOf(tag: string, store: StoreName): Place {
  return `${tag} of ${store}`;
}

/** Such as `app:v1`. */
export function tagAt(place: Place): string {
  return place.slice(0, place.indexOf(' '));
}

export function storeAt(place: Place): StoreName {
  return place.slice(place.lastIndexOf(' ') + 1) as StoreName;
}
