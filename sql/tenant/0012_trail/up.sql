-- Every change of people's and business data goes into the trail; every column says how its values are to be treated.
--
-- public: anybody may know it; internal: whoever works with the tenant; confidential: the tenant's business; personal: tells of a person;
-- secret: proves who somebody is, and stands in no event. A tag of the comment, so that it goes where the column goes and GraphQL, which
-- reads tags as tags, describes columns as before. New columns bring theirs: comment on column … is E'@class confidential\n…'.

-- Which tables have no such trigger, and why, stands in tests/tenant/trail.test.ts.
create trigger brands_audit after insert or update or delete on brands
  for each row execute function audit.record_change();
create trigger licensees_audit after insert or update or delete on licensees
  for each row execute function audit.record_change();
create trigger agreements_audit after insert or update or delete on agreements
  for each row execute function audit.record_change();
create trigger approvals_audit after insert or update or delete on approvals
  for each row execute function audit.record_change();
create trigger notification_rules_audit after insert or update or delete on notification_rules
  for each row execute function audit.record_change();

do $$
declare
  v_column record;
begin
  for v_column in
    select d.objoid::regclass as relation, a.attname as name, c.class, d.description
      from (values
        ('public', 'roles builtin'),
        ('internal', 'roles name description created_at updated_at'),
        ('public', 'permissions name description'),
        ('internal', 'role_permissions role_name permission'),
        ('internal', 'users id role status created_at updated_at'),
        ('personal', 'users email name last_sign_in_at'),
        ('internal', 'user_credentials user_id must_change updated_at expires_at'),
        ('secret', 'user_credentials password_hash'),
        ('internal', 'user_sessions id user_id expires_at ended_because'),
        ('personal', 'user_sessions created_at last_used_at ended_at address user_agent'),
        ('internal', 'refresh_tokens session_id created_at expires_at used_at'),
        ('secret', 'refresh_tokens token_hash'),
        ('internal', 'user_invitations user_id created_at expires_at accepted_at purpose'),
        ('secret', 'user_invitations token_hash'),
        ('internal', 'sign_in_attempts id created_at finished_at succeeded'),
        ('personal', 'sign_in_attempts email_key'),
        ('secret', 'sign_in_attempts offered'),
        ('internal', 'sign_in_locks failures locked_until updated_at'),
        ('personal', 'sign_in_locks email_key'),
        ('internal', 'brands id status created_at updated_at'),
        ('confidential', 'brands name description category trademark_number'),
        ('internal', 'licensees id status created_at updated_at'),
        ('confidential', 'licensees name legal_name country'),
        ('personal', 'licensees contact_email'),
        ('internal', 'agreements id status created_at updated_at'),
        ('confidential', 'agreements number brand_id licensee_id territories product_categories starts_on ends_on royalty_rate minimum_guarantee currency notes'),
        ('internal', 'approvals id agreement_id kind status requested_by decided_by decided_at created_at updated_at'),
        ('confidential', 'approvals comment'),
        ('public', 'settings section'),
        ('internal', 'settings version updated_at'),
        ('confidential', 'settings value'),
        ('internal', 'notification_rules id event channel role_name days_before enabled created_at updated_at'),
        ('internal', 'webhook_secrets webhook created_at earlier_until'),
        ('secret', 'webhook_secrets sealed earlier'),
        ('internal', 'webhook_deliveries id webhook event subject_id status attempts response_status created_at finished_at'),
        ('confidential', 'webhook_deliveries last_error'),
        ('internal', 'ending_notices agreement_id rule_id created_at')
      ) as c (class, names)
      join pg_attribute a
        on a.attrelid = to_regclass(split_part(c.names, ' ', 1)) and a.attname = any ((string_to_array(c.names, ' '))[2:])
      join pg_description d on d.classoid = 'pg_class'::regclass and d.objoid = a.attrelid and d.objsubid = a.attnum
  loop
    execute format('comment on column %s.%I is %L', v_column.relation, v_column.name, format(E'@class %s\n%s', v_column.class, v_column.description));
  end loop;
end
$$;

-- The tenant's own part of the trail, with filters. What of an event is sealed comes out closed: the server opens it, with a
-- key that no role of a tenant can reach, for those who may see it. As in 0008_rights: the tenant is a literal, EXECUTE comes by
-- default privileges, the description stands in blueprint.sql.
drop function audit_trail(timestamptz, integer, text);
alter default privileges in schema :SCHEMA grant execute on functions to :TENANT;
create function audit_trail(
  older_than timestamptz default null,
  size integer default 50,
  about text default null,
  since timestamptz default null,
  only_action text default null,
  only_actor text default null,
  only_outcome text default null
)
returns table (
  at timestamptz,
  action text,
  outcome text,
  actor text,
  actor_role text,
  on_behalf_of text,
  subject text,
  changed text[],
  before jsonb,
  after jsonb,
  detail jsonb,
  sealed jsonb,
  request_id text
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$ select * from audit.trail_page(':SCHEMA', older_than, size, about, since, only_action, only_actor, only_outcome) $$;
alter default privileges in schema :SCHEMA revoke execute on functions from :TENANT;
