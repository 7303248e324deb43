-- The trail as it was, and columns without a class.
drop function audit_trail(timestamptz, integer, text, timestamptz, text, text, text);
alter default privileges in schema :SCHEMA grant execute on functions to :TENANT;
create function audit_trail(
  older_than timestamptz default null,
  size integer default 50,
  about text default null
)
returns table (
  at timestamptz,
  action text,
  outcome text,
  actor text,
  actor_role text,
  subject text,
  changed text[],
  before jsonb,
  after jsonb,
  detail jsonb,
  request_id text
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$ select * from audit.tenant_trail(':SCHEMA', older_than, size, about) $$;
alter default privileges in schema :SCHEMA revoke execute on functions from :TENANT;

do $$
declare
  v_column record;
begin
  for v_column in
    select c.oid::regclass as relation, a.attname as name, d.description
      from pg_class c
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
      join pg_description d on d.classoid = 'pg_class'::regclass and d.objoid = c.oid and d.objsubid = a.attnum
     where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and d.description ^@ '@class '
  loop
    execute format('comment on column %s.%I is %L', v_column.relation, v_column.name, regexp_replace(v_column.description, '^@class [a-z]+\n', ''));
  end loop;
end
$$;

drop trigger brands_audit on brands;
drop trigger licensees_audit on licensees;
drop trigger agreements_audit on agreements;
drop trigger approvals_audit on approvals;
drop trigger notification_rules_audit on notification_rules;
