/**
 * A second factor beside the password: time-based codes, and recovery codes for whoever has lost the device. The secret is sealed, and opened
 * here alone; what was shown is used up in the database, which lets nobody with a second factor in without it.
 */
import { problem } from '../http/problems.ts';
import type { AttemptLimit } from './attempt-limit.ts';
import type { AuthPool } from './auth-pool.ts';
import { verifyPassword } from './passwords.ts';
import { factorContext } from './sealer.ts';
import type { KeySealer } from './sealer.ts';
import { locked, realmOf } from './realm.ts';
import type { Realm } from './realm.ts';
import type { Identity } from './tokens.ts';
import { base32, hashRecoveryCode, keyUri, makeRecoveryCodes, makeTotpSecret, stepOf } from './totp.ts';

/** What a code came to, as the database wants it. */
interface Shown {
  /** Time step that it is of. */
  readonly step: number | null;
  /** What it hashes to if it is none of the present time: a recovery code, or nothing. */
  readonly recoveryHash: string | null;
}

/** No code was shown. */
export const NOTHING_SHOWN: Shown = { step: null, recoveryHash: null };

export interface SecondFactorState {
  readonly status: 'none' | 'unconfirmed' | 'confirmed';
  readonly confirmedAt: Date | null;
  readonly recoveryCodesLeft: number;
}

/** By what a person proves that it is them who removes their second factor. */
export type Proof = { readonly password: string } | { readonly code: string };

/** A person's own second factor. All of them: `CONFLICT` for an account that signs in without a password. */
export interface SecondFactor {
  state(identity: Identity): Promise<SecondFactorState>;
  /**
   * Makes a secret, to be shown once. It asks nothing of anybody before `confirm`.
   * @throws `BAD_CREDENTIALS`, `ACCOUNT_LOCKED`, `RATE_LIMITED`, `CONFLICT` if there is one that is confirmed
   */
  enrol(identity: Identity, password: string, address: string): Promise<{ readonly secret: string; readonly uri: string }>;
  /** @returns recovery codes, to be shown once. @throws `INVALID_INPUT` for a wrong code, `NOT_FOUND`, `CONFLICT`, `RATE_LIMITED` */
  confirm(identity: Identity, code: string, address: string): Promise<readonly string[]>;
  /** @throws `BAD_CREDENTIALS`, `ACCOUNT_LOCKED`, `RATE_LIMITED`, `NOT_FOUND` */
  remove(identity: Identity, proof: Proof, address: string): Promise<void>;
  /** What a code shows for an attempt to sign in whose password was right. */
  show(realm: Realm, attemptId: string, code: string): Promise<Shown>;
}

interface FactorRow {
  readonly id: string;
  readonly person_id: string;
  readonly sealed: Buffer;
  readonly confirmed_at: Date | null;
  readonly codes_left: number;
}

interface ProofRow {
  readonly attempt_id: string | null;
  readonly password_hash: string | null;
  readonly locked_until: Date | null;
}

const OWN = {
  name: 'own_second_factor',
  text: 'select id, person_id, sealed, confirmed_at, codes_left from identity.own_second_factor($1::text, $2::uuid)',
};
const OF_ATTEMPT = {
  name: 'second_factor_of_attempt',
  text: 'select person_id, sealed from identity.second_factor_of_attempt($1::text, $2::uuid)',
};
const BEGIN = {
  name: 'begin_proof',
  text: 'select attempt_id, password_hash, locked_until from identity.begin_proof($1::text, $2::uuid)',
};
const ENROL = {
  name: 'enrol_second_factor',
  text: `select outcome, email, realm_name
    from identity.enrol_second_factor($1::text, $2::uuid, $3::uuid, $4::boolean, $5::bytea)`,
};
const CONFIRM = {
  name: 'confirm_second_factor',
  text: 'select identity.confirm_second_factor($1::text, $2::uuid, $3::uuid, $4::bigint, $5::text[]) as confirmed',
};
const REMOVE = {
  name: 'remove_second_factor',
  text: 'select identity.remove_second_factor($1::text, $2::uuid, $3::uuid, $4::boolean, $5::bigint, $6::text) as outcome',
};

/** Makes the calls over the sign-in login. */
export function createSecondFactor({ pool, sealer, limit }: { pool: AuthPool; sealer: KeySealer; limit: AttemptLimit }): SecondFactor {
  /** Counts the attempt before anything is compared. */
  async function begin(identity: Identity): Promise<{ readonly attemptId: string; readonly passwordHash: string }> {
    const [begun] = await pool.query<ProofRow>(BEGIN, [realmOf(identity), identity.sessionId]);
    if (begun === undefined || begun.attempt_id === null || begun.password_hash === null) throw locked(begun?.locked_until);
    return { attemptId: begun.attempt_id, passwordHash: begun.password_hash };
  }

  async function own(identity: Identity): Promise<FactorRow | undefined> {
    return (await pool.query<FactorRow>(OWN, [realmOf(identity), identity.sessionId]))[0];
  }

  async function show(realm: Realm, attemptId: string, code: string): Promise<Shown> {
    const [factor] = await pool.query<Pick<FactorRow, 'person_id' | 'sealed'>>(OF_ATTEMPT, [realm, attemptId]);
    const step = factor === undefined ? null : stepOf(await sealer.unseal(factor.sealed, factorContext(realm, factor.person_id)), code);
    return { step, recoveryHash: step === null ? hashRecoveryCode(code) : null };
  }

  return {
    show,

    async state(identity) {
      const factor = await own(identity);
      if (factor === undefined) return { status: 'none', confirmedAt: null, recoveryCodesLeft: 0 };
      const { confirmed_at: confirmedAt, codes_left: recoveryCodesLeft } = factor;
      return { status: confirmedAt === null ? 'unconfirmed' : 'confirmed', confirmedAt, recoveryCodesLeft };
    },

    async enrol(identity, password, address) {
      await limit.count(address);
      const { attemptId, passwordHash } = await begin(identity);
      const matches = await verifyPassword(passwordHash, password);
      const realm = realmOf(identity);
      const secret = makeTotpSecret();
      const sealed = await sealer.seal(secret, factorContext(realm, personOf(identity)));
      const values = [realm, identity.sessionId, attemptId, matches, sealed];
      const [row] = await pool.query<{ outcome: string; email: string; realm_name: string }>(ENROL, values);
      if (row === undefined || row.outcome === 'refused') throw problem('BAD_CREDENTIALS', 'The password is wrong.');
      await limit.succeeded(address);
      if (row.outcome === 'exists') throw problem('CONFLICT', 'You have a second factor. Remove it before you set up another.');
      return { secret: base32(secret), uri: keyUri(secret, row.realm_name, row.email) };
    },

    async confirm(identity, code, address) {
      await limit.count(address);
      const realm = realmOf(identity);
      const factor = await own(identity);
      if (factor === undefined) throw problem('NOT_FOUND', 'There is no second factor to confirm. Set one up first.');
      if (factor.confirmed_at !== null) throw problem('CONFLICT', 'Your second factor is confirmed already.');
      const step = stepOf(await sealer.unseal(factor.sealed, factorContext(realm, factor.person_id)), code);
      if (step === null) {
        const message = 'This is not the present code. Is the clock of the device right?';
        throw problem('INVALID_INPUT', message, { errors: [{ field: 'code', message }] });
      }
      const { codes, hashes } = makeRecoveryCodes();
      const values = [realm, identity.sessionId, factor.id, step, hashes];
      const [row] = await pool.query<{ confirmed: boolean }>(CONFIRM, values);
      if (row?.confirmed !== true) throw problem('CONFLICT', 'This second factor was changed meanwhile. Look at it again.');
      await limit.succeeded(address);
      return codes;
    },

    async remove(identity, proof, address) {
      await limit.count(address);
      const realm = realmOf(identity);
      const { attemptId, passwordHash } = await begin(identity);
      const matches = 'password' in proof && (await verifyPassword(passwordHash, proof.password));
      const { step, recoveryHash } = 'code' in proof ? await show(realm, attemptId, proof.code) : NOTHING_SHOWN;
      const values = [realm, identity.sessionId, attemptId, matches, step, recoveryHash];
      const [row] = await pool.query<{ outcome: string }>(REMOVE, values);
      if (row?.outcome === 'none') throw problem('NOT_FOUND', 'You have no second factor.');
      if (row?.outcome !== 'ok') throw problem('BAD_CREDENTIALS', 'The password or code is wrong, or the code was used before.');
      await limit.succeeded(address);
    },
  };
}

function personOf(identity: Identity): string {
  return identity.kind === 'operator' ? identity.operatorId : identity.subject;
}
