import type { Mailer } from '../worker/mailer.ts';

const LINE = '─'.repeat(72);

/** Prints each message as a person reads it: who runs `npm start` without a mail server has no other mailbox than the terminal. */
export function printingMailer(): Mailer {
  return {
    send: async ({ to, subject, text }) => {
      console.log(['', LINE, `Message to ${to}: ${subject}`, '', text, LINE, ''].join('\n'));
    },
  };
}
