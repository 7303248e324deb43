-- Opens an attempt to sign in: counts it before anything is compared, under the lock of its counter, so that a thousand
-- parallel guesses are a thousand guesses. Five may fail; from then on one more is let through each time a lock has run
-- out, and the lock doubles from one minute up to an hour. Unknown e-mails count and lock the same way.
-- `schema_name` holds the tables sign_in_attempts and sign_in_locks: platform_private, or a tenant's. Names come from
-- the registry. An address longer than any account's is cut and so counts as an unknown one. Returns the attempt, or until
-- when the account is locked.
create or replace function platform_private.begin_attempt(
  schema_name text,
  email text,
  out attempt_id uuid,
  out locked_until timestamptz
)
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_failures integer;
  v_locked_until timestamptz;
begin
  execute format(
    'insert into %1$I.sign_in_locks as c (email_key) values (left(lower($1), 254))
     on conflict (email_key) do update set failures = c.failures
     returning failures, locked_until', schema_name)
    into v_failures, v_locked_until using email;
  if v_locked_until > clock_timestamp() then
    locked_until := v_locked_until;
    return;
  end if;
  v_failures := v_failures + 1;
  execute format('update %1$I.sign_in_locks set failures = $2, locked_until = $3 where email_key = left(lower($1), 254)', schema_name)
    using email, v_failures,
          case when v_failures >= 5
               then clock_timestamp() + least(interval '1 minute' * (2 ^ least(v_failures - 5, 10)), interval '1 hour') end;
  execute format('insert into %1$I.sign_in_attempts (email_key) values (left(lower($1), 254)) returning id', schema_name)
    into attempt_id using email;
end
$$;
comment on function platform_private.begin_attempt(text, text) is 'Counts an attempt to sign in, or says how long the account is locked.';
revoke all on function platform_private.begin_attempt(text, text) from public;
