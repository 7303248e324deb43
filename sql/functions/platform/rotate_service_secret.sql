-- Makes a new secret for a service account, shown this once and kept as a hash. Earlier secrets work for the overlap and no longer.
-- 244 random bits: two random UUIDs from PostgreSQL's strong source. May be called by members of tenantry_admin. Raises TN002 for an
-- overlap of more than 7 days, TN003, TN009 to an operator limited to tenants: the secret opens every tenant that was granted.
create or replace function platform.rotate_service_secret(
  account_id uuid,
  overlap_seconds integer default 86400,
  out client_id uuid,
  out client_secret text,
  out earlier_secrets_end_at timestamptz
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_secret record;
begin
  perform platform_private.require_unlimited();
  if overlap_seconds is null or overlap_seconds not between 0 and 604800 then
    raise exception 'secrets overlap for 0 to 604,800 seconds' using errcode = 'TN002', column = 'overlap_seconds', hint = '86,400 is a day.';
  end if;
  select a.id into client_id from platform.service_accounts a where a.id = account_id and a.status = 'active' for update;
  if client_id is null then
    raise exception 'there is no such active service account' using errcode = 'TN003', hint = 'List them: select * from platform.service_accounts.';
  end if;
  earlier_secrets_end_at := now() + make_interval(secs => overlap_seconds);
  for v_secret in
    update platform_private.service_secrets s
       set expires_at = least(coalesce(s.expires_at, earlier_secrets_end_at), earlier_secrets_end_at)
     where s.account_id = client_id and (s.expires_at is null or s.expires_at > now())
    returning s.id
  loop
    perform platform_private.announce_session(g.tenant_id, v_secret.id)
      from platform.service_account_grants g where g.account_id = client_id;
  end loop;
  client_secret := replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
  insert into platform_private.service_secrets (account_id, secret_hash)
  values (client_id, encode(sha256(convert_to(client_secret, 'UTF8')), 'hex'));
  perform audit.record('service_accounts.rotate', null, 'service_accounts:' || client_id,
                       detail => jsonb_build_object('overlapSeconds', overlap_seconds));
end
$$;
comment on function platform.rotate_service_secret(uuid, integer) is E'@resultFieldName secret\nMakes a new secret for a service account, shown once.';
revoke all on function platform.rotate_service_secret(uuid, integer) from public;
grant execute on function platform.rotate_service_secret(uuid, integer) to :ROLE_ADMIN;
