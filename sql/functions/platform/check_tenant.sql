-- What is to be said of an id, a name, a domain or an administrator's address for a new tenant, before it is ordered: one row for each that is
-- given, `free`, `taken` or `invalid`, with the words that create_tenant would refuse it with; it is the same check. Another may take it meanwhile.
-- May be called by members of tenantry_operator. Raises TN009 for one who is limited to tenants and so creates none.
create or replace function platform.check_tenant(
  id text default null,
  name text default null,
  domain text default null,
  admin_email text default null
)
returns table (
  field text,
  verdict text,
  message text,
  hint text
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  -- Stands in for what is not asked about: no tenant has it, and no rule refuses it.
  v_unused constant text := 'x' || md5(random()::text);
  v_given record;
  v_message text;
  v_hint text;
  v_state text;
begin
  perform platform_private.require_unlimited();
  for v_given in
    select g.* from (values ('id', check_tenant.id), ('name', check_tenant.name), ('domain', nullif(check_tenant.domain, '')),
                            ('admin.email', nullif(check_tenant.admin_email, ''))) as g (field, value)
     where g.value is not null
  loop
    field := v_given.field;
    verdict := 'free';
    message := null;
    hint := null;
    begin
      perform platform_private.check_new_tenant(
        case when v_given.field = 'id' then v_given.value else v_unused end,
        case when v_given.field = 'name' then v_given.value else v_unused end,
        case when v_given.field = 'domain' then lower(v_given.value) end,
        case when v_given.field = 'admin.email' then v_given.value end);
    exception
      when sqlstate 'TN001' or sqlstate 'TN002' then
        get stacked diagnostics message = message_text, hint = pg_exception_hint, v_state = returned_sqlstate;
        verdict := case v_state when 'TN001' then 'taken' else 'invalid' end;
    end;
    return next;
  end loop;
end
$$;
comment on function platform.check_tenant(text, text, text, text) is 'Whether an id, a name, a domain or an address is fit for a new tenant.';
revoke all on function platform.check_tenant(text, text, text, text) from public;
grant execute on function platform.check_tenant(text, text, text, text) to :ROLE_OPERATOR;
