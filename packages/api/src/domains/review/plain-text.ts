// Nothing here looks back: the time is linear in the length, whatever the text is.
const TAG = /<\/?[a-zA-Z][^<>]*>/g;
const OPENING = /<(?=[a-zA-Z/!?])/g;
/** Turns the direction of what follows, so that a text looks like another one. */
const DIRECTIONS = /[\u202a-\u202e\u2066-\u2069]/g;

/**
 * Text that is no markup wherever it is put: tags are taken out, and a `<` that could still open one becomes `‹`.
 * Anything else stays, such as `<3` and `a < b`. Done on writing, and on reading again.
 */
export function plainText(text: string): string {
  return text.replace(DIRECTIONS, '').replace(TAG, '').replace(OPENING, '‹');
}
