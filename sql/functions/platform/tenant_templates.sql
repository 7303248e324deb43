-- What a new tenant can start from, with what each brings beyond the base rows. May be called by every operator.
create or replace function platform.tenant_templates()
returns table (
  template text,
  title text,
  description text,
  users text[]
)
language sql
immutable
set search_path = pg_catalog, pg_temp
as $$
  values
    ('standard', 'Standard', 'Every table, role and permission, and no data: for a brand that begins.', '{}'::text[]),
    ('demo', 'Demonstration', 'A portfolio of brands, licensees, agreements and approvals with four users: to show or to try, not for a customer.',
     array['viewer', 'user', 'manager', 'admin'])
$$;
comment on function platform.tenant_templates() is 'What a new tenant can start from.';
revoke all on function platform.tenant_templates() from public;
grant execute on function platform.tenant_templates() to :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER;
