import { z } from 'zod';

const members = {
  id: z.guid(),
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  address: z.string().nullable(),
  userAgent: z.string().nullable(),
};

/** An open session, as others see it who help its person. */
export const userSession = z.object(members).meta({ id: 'UserSession' });

/** An open session, as its own person sees it. */
export const session = z
  .object({ ...members, current: z.boolean().meta({ description: 'The session of this very token.' }) })
  .meta({ id: 'Session' });
