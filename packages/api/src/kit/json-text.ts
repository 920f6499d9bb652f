/** An answer that the database has written as JSON, word for word what its schema would give. */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/**
 * What a procedure answers with such a text: the text itself to a caller that sends it on as it is, and what it says to
 * every other. A procedure's type knows the second only.
 */
export function answerOf<T>(ctx: { takesText?: boolean | undefined }, text: string): T {
  return ctx.takesText ? (new JsonText(text) as T) : (JSON.parse(text) as T);
}
