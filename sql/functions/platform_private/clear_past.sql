-- Removes what has been over for longer than kept_for says: in one tenant, open or closed, or without tenant the operators'. At most
-- `size` rows of each table, so that no lock is held for long, and passes over rows that somebody else has locked: the worker calls until
-- a call finds less. Returns how many of which table, and records those counts and nothing else. A tenant without a schema has nothing to clear.
-- Called by the worker.
create or replace function platform_private.clear_past(
  tenant_id text,
  size integer
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_schema constant text := case when tenant_id is null then 'platform_private' else platform_private.tenant_schema(tenant_id) end;
  v_past record;
  v_count bigint;
  v_counts jsonb := '{}';
begin
  for v_past in
    select p.relation, p.condition
      from (values
        ('sign_in_attempts', 'created_at < now() - platform_private.kept_for(''attempt'')'),
        ('sign_in_locks', 'updated_at < now() - platform_private.kept_for(''lock'') and coalesce(locked_until < now(), true)'),
        ('user_sessions', 'least(ended_at, expires_at) < now() - platform_private.kept_for(''session'')'),
        ('operator_sessions', 'least(ended_at, expires_at) < now() - platform_private.kept_for(''session'')'),
        ('user_invitations', 'least(accepted_at, expires_at) < now() - platform_private.kept_for(''invitation'')'),
        ('operator_invitations', 'least(accepted_at, expires_at) < now() - platform_private.kept_for(''invitation'')'),
        ('webhook_deliveries', 'created_at < now() - platform_private.kept_for(''delivery'')'),
        ('service_secrets', 'expires_at < now() - platform_private.kept_for(''secret'')'),
        ('idempotency_keys', 'created_at < now() - platform_private.kept_for(''request'')')
      ) as p (relation, condition)
     where to_regclass(format('%I.%I', v_schema, p.relation)) is not null
  loop
    execute format(
      'delete from %1$I.%2$I where ctid = any (array(select ctid from %1$I.%2$I where %3$s limit $1 for update skip locked))',
      v_schema, v_past.relation, v_past.condition)
      using size;
    get diagnostics v_count = row_count;
    if v_count > 0 then
      v_counts := v_counts || jsonb_build_object(v_past.relation, v_count);
    end if;
  end loop;
  if v_counts <> '{}' then
    perform audit.record('past.clear', tenant_id, detail => v_counts);
  end if;
  return v_counts;
end
$$;
comment on function platform_private.clear_past(text, integer) is 'Removes what is long over; returns how many rows of which table.';
revoke all on function platform_private.clear_past(text, integer) from public;
grant execute on function platform_private.clear_past(text, integer) to :ROLE_WORKER;
