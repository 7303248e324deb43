/**
 * How messages leave: over SMTP, or in development into the log, where whoever set the thing up can read them. Messages hold single-use
 * tokens, so nothing else writes them anywhere.
 */
import { createTransport } from 'nodemailer';
import type { Logger } from 'pino';
import { Refusal } from '../config/refusal.ts';

/** A message of plain text to one person. */
export interface Message {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** Names the message for good: sent twice under one name, a mailbox that looks at names keeps one. */
  readonly id?: string;
}

/** Sends messages. Another way of sending is another implementation of this one call. */
export interface Mailer {
  /** @throws when the message was not taken over; the job tries again */
  send(message: Message): Promise<void>;
}

const TIMEOUT_MS = 10_000;

/** Sends over the SMTP server of a URL such as `smtps://login:password@mail.example:465`. */
export function smtpMailer(url: string, from: string): Mailer {
  const transport = createTransport(
    { url, connectionTimeout: TIMEOUT_MS, greetingTimeout: TIMEOUT_MS, socketTimeout: TIMEOUT_MS },
    { from },
  );
  return {
    async send({ to, subject, text, id }) {
      // An address object is taken as it is; a string could hold several addresses.
      await transport.sendMail({ to: { name: '', address: to }, subject, text, ...(id === undefined ? {} : { messageId: id }) });
    },
  };
}

/** Prints messages to the log, whatever its level, since nothing else tells them: for development only. */
export function logMailer(logger: Logger): Mailer {
  const always = logger.child({}, { level: 'info' });
  return {
    send: async (message) => {
      always.info({ message }, 'a message that would be sent by mail');
    },
  };
}

/** What this installation sends with. In production without SMTP_URL every message fails, saying so. */
export function createMailer(settings: { smtpUrl: string | null; from: string; production: boolean; logger: Logger }): Mailer {
  if (settings.smtpUrl !== null) return smtpMailer(settings.smtpUrl, settings.from);
  if (!settings.production) return logMailer(settings.logger);
  return {
    send: async () => {
      throw new Refusal('SMTP_URL is missing: invitations, resets and notices cannot be sent.');
    },
  };
}
