-- What time does to keys, a few hundred tenants a call: removes previous keys 25 hours after they signed last, since no token lives
-- longer than 24; rotates issuers whose current key has signed for `max_age`, or has no encryption key although tokens are to be
-- encrypted; orders keys where one is missing. Called by the worker every ten minutes. Returns how many of each.
create or replace function platform_private.tend_keys(
  max_age interval,
  out retired integer,
  out rotated integer,
  out ordered integer
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_key record;
begin
  retired := 0;
  rotated := 0;
  ordered := 0;
  for v_key in
    delete from platform_private.signing_keys k
     where k.state = 'previous' and k.state_since < now() - interval '25 hours'
    returning k.tenant_id, k.kid
  loop
    perform audit.record('keys.retire', v_key.tenant_id, 'signing_keys:' || v_key.kid);
    retired := retired + 1;
  end loop;
  for v_key in
    select t.id
      from platform.tenants t
     where t.status in ('ready', 'active', 'suspended', 'archived', 'deleted')
       and (select count(*) from platform_private.signing_keys k where k.tenant_id = t.id and k.state in ('current', 'next')) < 2
    union all
    select null where platform_private.lacks_signing_key(null)
     limit 300
  loop
    perform jobs.enqueue('keys__rotate', jsonb_build_object('tenantId', v_key.id), 'keys:' || coalesce(v_key.id, ''));
    ordered := ordered + 1;
  end loop;
  -- The issuers' rows are locked in one order, as two workers may tend at once.
  for v_key in
    select c.tenant_id
      from platform_private.signing_keys c
      join platform_private.signing_keys n
        on n.tenant_id is not distinct from c.tenant_id and n.state = 'next' and n.state_since < now() - interval '2 minutes'
     where c.state = 'current'
       and (c.state_since < now() - max_age or (c.encryption is null and platform_private.encrypts_tokens(c.tenant_id)))
     order by c.tenant_id
     limit 300
  loop
    if v_key.tenant_id is null then
      perform from platform.installation for update;
    else
      perform platform_private.lock_tenant(v_key.tenant_id);
    end if;
    -- Somebody else may have rotated before the row was ours; then the next key is too young, and there is nothing to do.
    if exists (select from platform_private.signing_keys k
                where k.tenant_id is not distinct from v_key.tenant_id and k.state = 'next'
                  and k.state_since < now() - interval '2 minutes') then
      perform platform_private.rotate_issuer(v_key.tenant_id, 'its time had come');
      rotated := rotated + 1;
    end if;
  end loop;
end
$$;
comment on function platform_private.tend_keys(interval) is 'Retires, rotates and completes signing keys by their age.';
revoke all on function platform_private.tend_keys(interval) from public;
grant execute on function platform_private.tend_keys(interval) to :ROLE_WORKER;
