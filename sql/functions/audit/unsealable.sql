-- Why an event of the buffer can't be sealed as it is; null if it can. Its chain has to be a tenant's or the platform's, and its values are
-- taken apart by their names. Called by audit.take, for each event: no `set`, so that it is inlined.
create or replace function audit.unsealable(
  e audit.buffer
)
returns text
language sql
stable
as $$
  select case when jsonb_typeof(e.before) <> 'object' or jsonb_typeof(e.after) <> 'object' or jsonb_typeof(e.detail) <> 'object'
                then 'before, after or detail is no JSON object'
              when e.tenant_id is not null and not exists (select from platform.tenants t where t.id = e.tenant_id)
                then 'there is no such tenant' end
$$;
comment on function audit.unsealable(audit.buffer) is 'Why an event can''t be sealed.';
revoke all on function audit.unsealable(audit.buffer) from public;
