-- Takes an attempt back that neither failed nor succeeded: the password was right, and the code that belongs to it is still to come. What
-- failed before stays counted, else the right password would wipe out wrong codes. False when there is no such open attempt of the last five
-- minutes. Called by finish_sign_in.
create or replace function platform_private.waive_attempt(
  schema_name text,
  attempt_id uuid
)
returns boolean
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_email_key text;
begin
  execute format(
    'delete from %I.sign_in_attempts where id = $1 and finished_at is null and created_at > now() - interval ''5 minutes''
     returning email_key', schema_name)
    into v_email_key using attempt_id;
  if v_email_key is null then
    return false;
  end if;
  -- It was let in, so no lock was on; the one it may have set itself goes with it.
  execute format('update %I.sign_in_locks set failures = greatest(failures - 1, 0), locked_until = null where email_key = $1', schema_name)
    using v_email_key;
  return true;
end
$$;
comment on function platform_private.waive_attempt(text, uuid) is 'Takes back an attempt to sign in that was not finished.';
revoke all on function platform_private.waive_attempt(text, uuid) from public;
