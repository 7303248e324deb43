/**
 * Writes the message of an invitation or a reset. The token is made here, at the last moment, and kept as a hash: it stands in the message
 * and nowhere else. Safe to run twice: the later message's token replaces the earlier one's.
 */
import type { Task } from 'graphile-worker';
import { z } from 'zod';
import { makeSingleUseToken } from '../../server/identity/single-use.ts';
import type { Mailer } from '../mailer.ts';

const tenantId = z.string().nullable();
const payloadShape = z.union([z.strictObject({ tenantId, personId: z.guid() }), z.strictObject({ tenantId, requestId: z.guid() })]);

const COLUMNS = 'email, name, purpose, realm_name, expires_at';
const BEGIN_INVITATION = `select ${COLUMNS} from jobs.begin_invitation($1, $2, $3)`;
const BEGIN_RESET = `select ${COLUMNS} from jobs.begin_reset($1, $2, $3)`;

interface Invitation {
  readonly email: string;
  readonly name: string;
  readonly purpose: 'invitation' | 'reset';
  readonly realm_name: string;
  readonly expires_at: Date;
}

/** The tenant is gone: nobody is invited any more. A closed one may open again, which orders its invitations anew. */
const stale = new Set(['TN003', 'TN010']);

/**
 * @returns the task `invitation__send`; payload `{ tenantId, personId }`, or `{ tenantId, requestId }` of somebody who says they lost a password:
 *   only here it is found out whether there is such an account. `tenantId` is null for operators.
 */
export function invitationSend(mailer: Mailer, publicUrl: string): Task {
  return async (payload, helpers) => {
    const order = payloadShape.parse(payload);
    const { tenantId } = order;
    const [begin, about] = 'personId' in order ? [BEGIN_INVITATION, order.personId] : [BEGIN_RESET, order.requestId];
    const { token, hash } = makeSingleUseToken();
    const { rows } = await helpers
      .query<Invitation>(begin, [tenantId, about, hash])
      .catch((error: unknown) => {
        if (error instanceof Error && 'code' in error && stale.has(String(error.code))) return { rows: [] };
        throw error;
      });
    const invitation = rows[0];
    if (invitation === undefined) return;
    // The token stands behind the #, which browsers keep to themselves: no server's log sees it.
    const link = `${publicUrl}${tenantId === null ? '' : `/t/${tenantId}`}/accept#token=${token}`;
    await mailer.send({ to: invitation.email, ...words(invitation, link) });
  };
}

function words({ name, purpose, realm_name: realm, expires_at: until }: Invitation, link: string): { subject: string; text: string } {
  const [subject, occasion] =
    purpose === 'invitation'
      ? [`Your invitation to ${realm}`, `you are invited to ${realm}. Choose your password here:`]
      : [`A new password for ${realm}`, `somebody, most likely you, has lost the password for ${realm}. Choose a new one here:`];
  const text = [
    `Hello ${name},`,
    '',
    occasion,
    '',
    link,
    '',
    `The link works once, until ${until.toISOString().slice(0, 16).replace('T', ' ')} UTC.`,
    purpose === 'reset' ? 'If it was not you, nothing has changed and you need not do anything.' : 'If you did not expect this, leave it be.',
  ].join('\n');
  return { subject, text };
}
