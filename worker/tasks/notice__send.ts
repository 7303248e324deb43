/**
 * Writes one message to one person about an event in their tenant. What it says is read anew: number and brand of the agreement, never its
 * terms, since mailboxes are read in places that the tenant does not know. A job is one message, so whoever has theirs gets no other when a
 * neighbour's fails; should this process die between sending and saying so, the second carries the name of the first. Quiet when there is
 * nothing to say any more.
 */
import { createHash } from 'node:crypto';
import type { Task } from 'graphile-worker';
import { z } from 'zod';
import type { Mailer } from '../mailer.ts';

const payloadShape = z.strictObject({
  tenantId: z.string(),
  event: z.enum(['approval_requested', 'approval_decided', 'agreement_ending', 'agreement_ended']),
  subjectId: z.guid(),
  userId: z.guid(),
});

type NoticePayload = z.output<typeof payloadShape>;

interface Notice {
  readonly email: string;
  readonly name: string;
  readonly realm_name: string;
  readonly number: string;
  readonly brand: string;
  /** What an approval is of. */
  readonly kind: 'agreement' | 'concept' | 'sample' | 'artwork' | null;
  /** Of the approval or the agreement, as it is now. */
  readonly status: string;
}

/** @returns the task `notice__send`; payload `{ tenantId, event, subjectId, userId }` */
export function noticeSend(mailer: Mailer, publicUrl: string): Task {
  return async (payload, helpers) => {
    const order = payloadShape.parse(payload);
    const { rows } = await helpers.query<Notice>('select * from platform_private.begin_notice($1, $2, $3, $4)', [
      order.tenantId,
      order.event,
      order.subjectId,
      order.userId,
    ]);
    const [notice] = rows;
    if (notice === undefined) return;
    const [subject, sentence] = WORDS[order.event](notice);
    const text = [
      `Hello ${notice.name},`,
      '',
      sentence,
      '',
      `You are told because a rule of ${notice.realm_name} names your role. Its administrator can change that.`,
    ].join('\n');
    await mailer.send({ to: notice.email, subject: `${notice.realm_name}: ${subject}`, text, id: messageId(order, publicUrl) });
  };
}

/** The same for the same message, however often it is sent. */
function messageId({ tenantId, event, subjectId, userId }: NoticePayload, publicUrl: string): string {
  const name = createHash('sha256').update([tenantId, event, subjectId, userId].join(':')).digest('hex').slice(0, 32);
  return `<${event}.${name}@${new URL(publicUrl).hostname}>`;
}

/** Subject and sentence, by event. */
const WORDS: Readonly<Record<NoticePayload['event'], (notice: Notice) => readonly [subject: string, sentence: string]>> = {
  approval_requested: (notice) => [`approval asked for, ${notice.number}`, `Somebody asks for the approval of ${approved(notice)}.`],
  approval_decided: (notice) => [`${notice.status}, ${notice.number}`, `The approval of ${approved(notice)} was decided: ${notice.status}.`],
  agreement_ending: (notice) => [`${notice.number} ends soon`, `The end of ${agreement(notice)} is near.`],
  agreement_ended: (notice) => [`${notice.number} has ended`, `The end of ${agreement(notice)}: it is ${notice.status}.`],
};

function approved(notice: Notice): string {
  return notice.kind === 'agreement' ? agreement(notice) : `${notice.kind} for ${agreement(notice)}`;
}

function agreement({ number, brand }: Notice): string {
  return `the agreement ${number} (${brand})`;
}
