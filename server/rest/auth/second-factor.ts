import { z } from 'zod';
import { PASSWORD_MAX_LENGTH } from '../../identity/passwords.ts';
import { personRoute } from '../route.ts';
import { secondFactorCode } from './credentials.ts';
import { forBothRealms } from './realms.ts';
import { assertRealm } from './sessions.ts';

const password = z.string().min(1).max(PASSWORD_MAX_LENGTH).meta({ format: 'password' });

/** GET /auth/second-factor, GET /tenants/{id}/auth/second-factor */
export const showSecondFactor = forBothRealms(({ path, suffix, whose, params, problems, realm }) =>
  personRoute({
    method: 'get',
    path: `${path}/second-factor`,
    name: `secondFactorOf${suffix}`,
    tag: 'Sign-in',
    summary: `One’s own second factor as ${whose}`,
    enrolling: true,
    params,
    query: z.strictObject({}),
    body: null,
    responses: {
      200: {
        description: 'Whether there is one; never its secret',
        schema: z.object({
          status: z.enum(['none', 'unconfirmed', 'confirmed']),
          confirmedAt: z.iso.datetime().nullable(),
          recoveryCodesLeft: z.int(),
        }),
      },
    },
    problems,
    handler: async ({ params: given, identity }, { secondFactor }) => {
      assertRealm(identity, realm(given));
      return { status: 200, body: await secondFactor.state(identity) };
    },
  }),
);

/** POST /auth/second-factor, POST /tenants/{id}/auth/second-factor */
export const addSecondFactor = forBothRealms(({ path, suffix, whose, params, problems, realm }) =>
  personRoute({
    method: 'post',
    path: `${path}/second-factor`,
    name: `addSecondFactorOf${suffix}`,
    tag: 'Sign-in',
    summary: `Set up a second factor as ${whose}`,
    description: 'The secret is in this answer and nowhere else. Signing in asks for a code once the factor is confirmed, not before.',
    enrolling: true,
    params,
    query: z.strictObject({}),
    body: z.strictObject({ password }).meta({ id: `SecondFactorRequest${suffix}` }),
    responses: {
      201: {
        description: 'The secret, for an authenticator app',
        schema: z
          .object({
            secret: z.string().meta({ description: 'Base32, to be typed.' }),
            uri: z.string().meta({ description: 'The same as `otpauth://totp/…`, for a QR code.' }),
          })
          .meta({ id: `SecondFactorSecret${suffix}` }),
      },
    },
    problems: ['BAD_CREDENTIALS', 'ACCOUNT_LOCKED', 'RATE_LIMITED', 'CONFLICT', ...problems],
    handler: async ({ params: given, body, identity, address }, { secondFactor }) => {
      assertRealm(identity, realm(given));
      return { status: 201, body: await secondFactor.enrol(identity, body.password, address) };
    },
  }),
);

/** POST /auth/second-factor/confirm, POST /tenants/{id}/auth/second-factor/confirm */
export const confirmSecondFactor = forBothRealms(({ path, suffix, whose, params, problems, realm }) =>
  personRoute({
    method: 'post',
    path: `${path}/second-factor/confirm`,
    name: `confirmSecondFactorOf${suffix}`,
    tag: 'Sign-in',
    summary: `Confirm a second factor as ${whose}`,
    description: 'From now on signing in asks for a code. Other sessions end. The recovery codes are in this answer and nowhere else; each works once.',
    enrolling: true,
    params,
    query: z.strictObject({}),
    body: z.strictObject({ code: secondFactorCode }).meta({ id: `SecondFactorConfirmation${suffix}` }),
    responses: { 200: { description: 'Ten recovery codes', schema: z.object({ recoveryCodes: z.array(z.string()) }) } },
    problems: ['RATE_LIMITED', 'CONFLICT', 'NOT_FOUND', ...problems.filter((code) => code !== 'NOT_FOUND')],
    handler: async ({ params: given, body, identity, address }, { secondFactor }) => {
      assertRealm(identity, realm(given));
      return { status: 200, body: { recoveryCodes: await secondFactor.confirm(identity, body.code, address) } };
    },
  }),
);

/** DELETE /auth/second-factor, DELETE /tenants/{id}/auth/second-factor */
export const removeSecondFactor = forBothRealms(({ path, suffix, whose, params, problems, realm }) =>
  personRoute({
    method: 'delete',
    path: `${path}/second-factor`,
    name: `removeSecondFactorOf${suffix}`,
    tag: 'Sign-in',
    summary: `Remove one’s own second factor as ${whose}`,
    description: 'Takes the password, a code or a recovery code. Wrong ones count like failed sign-ins.',
    params,
    query: z.strictObject({}),
    body: z
      .union([z.strictObject({ password }), z.strictObject({ code: secondFactorCode })])
      .meta({ id: `SecondFactorProof${suffix}` }),
    responses: { 200: { description: 'Signing in asks for the password alone', schema: z.object({}) } },
    problems: ['BAD_CREDENTIALS', 'ACCOUNT_LOCKED', 'RATE_LIMITED', 'CONFLICT', 'NOT_FOUND', ...problems.filter((code) => code !== 'NOT_FOUND')],
    handler: async ({ params: given, body, identity, address }, { secondFactor }) => {
      assertRealm(identity, realm(given));
      await secondFactor.remove(identity, body, address);
      return { status: 200, body: {} };
    },
  }),
);
