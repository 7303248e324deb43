import { z } from 'zod';
import { PASSWORD_MAX_LENGTH } from '../../identity/passwords.ts';
import { PASSWORD_MIN_LENGTH } from '../../identity/password-policy.ts';

/** A password in the making; its rules are the policy's, so that the refusal says what to change. */
export const newPassword = z
  .string()
  .max(PASSWORD_MAX_LENGTH)
  .meta({ format: 'password', description: `At least ${PASSWORD_MIN_LENGTH} characters, and none of the commonest passwords.` });

/** An e-mail address that is only compared, so its form isn't judged. */
export const knownEmail = z.string().trim().min(1).max(320).meta({ example: 'anna@aurora.example' });

/** Six digits of an authenticator app, or a recovery code; blanks and hyphens don't count. */
export const secondFactorCode = z.string().trim().min(1).max(64).meta({ example: '123456' });

/** The body of both sign-ins. */
export const credentials = z
  .strictObject({
    email: knownEmail,
    password: z.string().min(1).max(PASSWORD_MAX_LENGTH).meta({ format: 'password' }),
    code: secondFactorCode.optional().meta({ description: 'Where a second factor is set up: a code of it, or a recovery code.' }),
    newPassword: newPassword.optional().meta({ description: 'Replaces the password, and ends the other sessions.' }),
  })
  .meta({ id: 'Credentials' });

/** Members that both answers share. */
export const issuedToken = {
  accessToken: z.string().meta({ description: 'Send it as `Authorization: Bearer …`.' }),
  expiresIn: z.int().meta({ description: 'Seconds it lives.' }),
  mustChangePassword: z.boolean().meta({
    description: 'A first password: the session ends with this token, and the password works for three days. Sign in with `newPassword`.',
  }),
  mustAddSecondFactor: z.boolean().meta({
    description: 'The tenant requires a second factor: until one is set up, everything else answers `SECOND_FACTOR_MISSING`.',
  }),
};
