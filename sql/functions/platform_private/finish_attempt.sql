-- Closes an attempt to sign in, once. A success clears the counter. Returns the e-mail it was made for; null when there is
-- no such open attempt of the last five minutes.
create or replace function platform_private.finish_attempt(
  schema_name text,
  attempt_id uuid,
  succeeded boolean
)
returns text
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_email_key text;
begin
  execute format(
    'update %1$I.sign_in_attempts set finished_at = now(), succeeded = $2
      where id = $1 and finished_at is null and created_at > now() - interval ''5 minutes''
     returning email_key', schema_name)
    into v_email_key using attempt_id, succeeded;
  if succeeded and v_email_key is not null then
    execute format('update %1$I.sign_in_locks set failures = 0, locked_until = null where email_key = $1', schema_name)
      using v_email_key;
  end if;
  return v_email_key;
end
$$;
comment on function platform_private.finish_attempt(text, uuid, boolean) is 'Closes an attempt to sign in, once.';
revoke all on function platform_private.finish_attempt(text, uuid, boolean) from public;
