import { z } from 'zod';
import { PASSWORD_MAX_LENGTH } from '../../identity/passwords.ts';

/** The body of both sign-ins. The e-mail is only compared, so its form isn't judged. */
export const credentials = z
  .strictObject({
    email: z.string().trim().min(1).max(320).meta({ example: 'anna@aurora.example' }),
    password: z.string().min(1).max(PASSWORD_MAX_LENGTH).meta({ format: 'password' }),
  })
  .meta({ id: 'Credentials' });

/** Members that both answers share. */
export const issuedToken = {
  accessToken: z.string().meta({ description: 'Send it as `Authorization: Bearer …`.' }),
  expiresIn: z.int().meta({ description: 'Seconds it lives.' }),
};
