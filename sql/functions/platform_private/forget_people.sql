-- Removes what is left of people outside the trail, once they or their whole tenant are erased: the administrator named for provisioning,
-- answers kept for repeated requests that speak of the tenant, and in its schema attempts and locks of addresses that no user of it has. Without
-- their address nothing can be told apart by whose it was, so those of strangers go too: they only count tries. Called by platform.erase_person and
-- platform.purge_tenant.
create or replace function platform_private.forget_people(
  tenant_id text
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_table text;
begin
  update platform.provisioning_runs r
     set administrator_named = true, admin_email = null, admin_name = null
   where r.tenant_id = forget_people.tenant_id and (r.admin_email is not null or r.admin_name is not null);
  delete from platform_private.idempotency_keys k
   where jsonb_path_exists(k.response, '$.** ? (@ == $id)', jsonb_build_object('id', forget_people.tenant_id));
  if platform_private.has_schema(tenant_id) then
    foreach v_table in array array['sign_in_attempts', 'sign_in_locks'] loop
      execute format('delete from %1$I.%2$I a where not exists (select from %1$I.users u where left(lower(u.email), 254) = a.email_key)',
                     platform_private.tenant_schema(tenant_id), v_table);
    end loop;
  end if;
end
$$;
comment on function platform_private.forget_people(text) is 'Removes what is left outside the trail of people who were erased.';
revoke all on function platform_private.forget_people(text) from public;
