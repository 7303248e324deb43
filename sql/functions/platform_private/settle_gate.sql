-- Makes a lane's gate what the lock-downs say: open, the lane's login is a member of the gate and so may become its tenants' roles; or
-- shut, and every SET ROLE of that login is refused (42501), for any number of tenants by one REVOKE. No tenant's own grants are touched,
-- so there is nothing to restore but this one membership, unless somebody had revoked it by hand before the lock-down. Creates a gate that is missing. Owned by the provisioner; one at a time.
create or replace function platform_private.settle_gate(
  lane integer
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_login constant text := platform_private.lane_role(lane);
  v_gate constant text := platform_private.gate_role(lane);
  v_member boolean;
  v_made boolean := false;
  v_held boolean;
begin
  -- Class 2 of the project's advisory locks. Whoever comes second reads the lock-downs after the first has committed.
  perform pg_advisory_xact_lock(74110, 2);
  if not exists (select from pg_roles r where r.rolname = v_gate) then
    execute format('create role %I nologin noinherit nocreaterole nocreatedb', v_gate);
    v_made := true;
  end if;
  v_member := exists (
    select from pg_auth_members m
      join pg_roles gate on gate.oid = m.roleid and gate.rolname = v_gate
      join pg_roles login on login.oid = m.member and login.rolname = v_login);
  if platform_private.locked_down(null, lane) then
    insert into platform_private.withheld_grants (subject, usage, member) values ('lane:' || lane, false, v_member or v_made)
    on conflict on constraint withheld_grants_pkey do nothing;
    if v_member then
      execute format('revoke %I from %I', v_gate, v_login);
    end if;
    return;
  end if;
  delete from platform_private.withheld_grants w where w.subject = 'lane:' || lane returning w.member into v_held;
  if not v_member and coalesce(v_held, true) then
    if current_setting('server_version_num')::int >= 160000 then
      execute format('grant %I to %I with inherit false, set true, admin false', v_gate, v_login);
    elsif (select r.rolinherit from pg_roles r where r.rolname = v_login) then
      raise exception 'lane login "%" must be NOINHERIT', v_login
        using errcode = 'TN011', hint = format('Run: alter role %I noinherit', v_login);
    else
      execute format('grant %I to %I', v_gate, v_login);
    end if;
  end if;
end
$$;
comment on function platform_private.settle_gate(integer) is 'Opens or shuts a lane''s gate, as the lock-downs say.';
revoke all on function platform_private.settle_gate(integer) from public;
grant execute on function platform_private.settle_gate(integer) to :ROLE_OWNER;
