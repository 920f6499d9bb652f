/** A mail as it is handed over. `id` makes a redelivery recognisable: it becomes the Message-ID. */
export interface Mail {
  id: string;
  to: string;
  subject: string;
  text: string;
  html: string;
}

export interface Mailer {
  /** Hands the mail over; throws when it was not taken. Answers where it went, for the log. */
  send(mail: Mail): Promise<string>;
  close(): Promise<void>;
}
