-- Row trigger of a tenant's webhook_secrets, before a secret is replaced: the one before stays for 24 hours and signs beside the new one, so
-- that a receiver can take the new one over without missing anything. Only the one before: replaced twice, the first stops at once.
create or replace function platform_private.keep_earlier_secret()
returns trigger
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  new.earlier := old.sealed;
  new.earlier_until := now() + interval '24 hours';
  return new;
end
$$;
comment on function platform_private.keep_earlier_secret() is 'Trigger: keeps the secret before for the overlap of a rotation.';
revoke all on function platform_private.keep_earlier_secret() from public;
