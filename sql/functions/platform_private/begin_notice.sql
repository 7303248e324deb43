-- What a message about an event says, and to whom: of the agreement its number and brand, and nothing of its terms. Read anew from the tenant.
-- No row when there is nothing to say any more: the tenant closed, the person disabled, no longer named by a rule or without the right to
-- read it, the subject gone or, for an end that was near, over. Called by the worker.
create or replace function platform_private.begin_notice(
  tenant_id text,
  event text,
  subject_id uuid,
  user_id uuid
)
returns table (
  email text,
  name text,
  realm_name text,
  number text,
  brand text,
  kind text,
  status text
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_schema constant text := platform_private.tenant_schema(tenant_id);
begin
  select t.name into realm_name from platform.tenants t where t.id = begin_notice.tenant_id and t.status = 'active';
  if not found or not exists (select from platform_private.people_told(tenant_id, event) as person where person = user_id) then
    return;
  end if;
  return query execute format(
    'select u.email::text, u.name::text, $4, a.number::text, regexp_replace(b.name, ''[[:cntrl:]]+'', '' '', ''g''), s.kind::text, s.status::text
       from %1$I.users u
       join %2$s s on s.id = $2
       join %1$I.agreements a on a.id = s.agreement_id
       join %1$I.brands b on b.id = a.brand_id
      where u.id = $1 and ($3 <> ''agreement_ending'' or a.status = ''active'')',
    v_schema,
    case when event ^@ 'approval_' then format('%I.approvals', v_schema)
         else format('(select g.id, g.id as agreement_id, null as kind, g.status from %I.agreements g)', v_schema) end)
    using user_id, subject_id, event, realm_name;
end
$$;
comment on function platform_private.begin_notice(text, text, uuid, uuid) is 'What a message about an event says, and to whom.';
revoke all on function platform_private.begin_notice(text, text, uuid, uuid) from public;
grant execute on function platform_private.begin_notice(text, text, uuid, uuid) to :ROLE_WORKER;
