-- Whether a person has a second factor that was confirmed, and so must show it. Called by functions only.
create or replace function platform_private.has_second_factor(
  tenant_id text,
  person_id uuid
)
returns boolean
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select exists (
    select from platform_private.second_factors f
     where f.tenant_id is not distinct from has_second_factor.tenant_id and f.person_id = has_second_factor.person_id
       and f.confirmed_at is not null)
$$;
comment on function platform_private.has_second_factor(text, uuid) is 'Has this person a confirmed second factor?';
revoke all on function platform_private.has_second_factor(text, uuid) from public;
