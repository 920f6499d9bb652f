/** An answer that the database has written as JSON, word for word what its schema would give. */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}
