-- The events of one tenant for its own people, the newest first: what stands behind `audit_trail` in every tenant's schema, which
-- is its only caller and names the tenant by a literal. One function for all tenants, so that theirs stays a line.
-- The next page is asked for by the time of the last event; a page never ends between events of the same microsecond, and no
-- event's number is shown, since those of the buffer count the whole platform's. An event keeps its time when it is sealed, so pages don't
-- shift. `only_action` may end in a dot: `agreements.` is everything done to agreements. An address can be asked `about` only
-- while its event is unsealed: afterwards it is ciphertext.
-- A reader of the trail is no reader of everything: changed values are shown to those who may see the rows themselves, otherwise
-- the names of the columns; of users, role and status are shown always; their addresses,
-- where they signed in from and in which session, only to those who run users. What is sealed comes out closed, as {key, bytes,
-- values, people}: the last two say which of it the caller may see, and the server, which alone can open it, keeps to that. For who
-- may see nothing of it, it stays here. Raises TN009 without audit.read, TN002 for a bad size.
create or replace function audit.trail_page(
  schema_name text,
  older_than timestamptz,
  size integer,
  about text,
  since timestamptz,
  only_action text,
  only_actor text,
  only_outcome text
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
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_held text[];
  v_people boolean;
begin
  execute format('select array(select permission::text from %I.role_permissions where role_name = $1)', schema_name)
    into v_held using current_setting('tenantry.role', true);
  if not 'audit.read' = any (v_held) then
    raise exception 'the role of this request may not do that'
      using errcode = 'TN009', detail = 'It takes the permission audit.read.', hint = 'Ask an administrator of the tenant.';
  end if;
  v_people := 'users.manage' = any (v_held);
  if size is null or size not between 1 and 200 then
    raise exception 'a page of the trail has 1 to 200 events'
      using errcode = 'TN002', column = 'size', detail = format('Asked for: %s.', size),
        hint = 'Ask for the next page with the time of the last event.';
  end if;
  return query
    select e.at, e.action, e.outcome,
           case when e.actor ^@ 'login:' then 'login' else e.actor end,
           e.actor_role, e.on_behalf_of, case when e.subject ^@ 'email:' and not v_people then 'email' else e.subject end,
           e.changed,
           case when r.seen then e.before else r.before end,
           case when r.seen then e.after else r.after end,
           case when v_people then e.detail else e.detail - array['email', 'address', 'userAgent', 'sessionId'] end,
           case when e.sealed is not null and (r.seen or v_people) then jsonb_build_object(
             'key', e.key_id::text, 'bytes', encode(e.sealed, 'base64'), 'values', r.seen, 'people', v_people) end,
           e.request_id
      from (
        select *
          from (
            select b.id as place, b.at, b.action, b.outcome, b.actor, b.actor_role, b.on_behalf_of, b.subject, b.before, b.after, b.detail, b.request_id,
                   array(select jsonb_object_keys(coalesce(b.before, '{}') || coalesce(b.after, '{}')) order by 1) as changed,
                   null::bigint as key_id, null::bytea as sealed
              from audit.buffer b where b.tenant_id = substr(schema_name, 8)
            union all
            select s.seq, s.at, s.action, s.outcome, s.actor, s.actor_role, s.on_behalf_of, s.subject, s.before, s.after, s.detail, s.request_id,
                   coalesce(string_to_array(s.changed, ','), '{}'), s.key_id, s.sealed
              from audit.events s where s.chain = substr(schema_name, 8)
          ) u
         where (older_than is null or u.at < older_than)
           and (trail_page.since is null or u.at >= trail_page.since)
           and (about is null or (u.subject = about and (v_people or not about ^@ 'email:')))
           and (only_action is null or u.action = only_action or (only_action like '%.' and u.action ^@ only_action))
           and (only_actor is null or u.actor = only_actor or (only_actor = 'login' and u.actor ^@ 'login:'))
           and (only_outcome is null or u.outcome = only_outcome)
         order by u.at desc
         fetch first (size) rows with ties
      ) e
      cross join lateral (select split_part(e.action, '.', 1)) t (name)
      cross join lateral (
        select case
                 when t.name in ('roles', 'role_permissions', 'tenants') then true
                 when t.name in ('brands', 'licensees', 'agreements', 'approvals') then t.name || '.read' = any (v_held)
                 when t.name in ('settings', 'notification_rules') then 'settings.manage' = any (v_held)
                 else v_people
               end,
               case when t.name = 'users' then nullif(jsonb_strip_nulls(jsonb_build_object(
                 'role', e.before -> 'role', 'status', e.before -> 'status')), '{}') end,
               case when t.name = 'users' then nullif(jsonb_strip_nulls(jsonb_build_object(
                 'role', e.after -> 'role', 'status', e.after -> 'status')), '{}') end
      ) r (seen, before, after)
     order by e.at desc, e.place desc;
end
$$;
comment on function audit.trail_page(text, timestamptz, integer, text, timestamptz, text, text, text) is 'A page of one tenant''s events, for its own people.';
revoke all on function audit.trail_page(text, timestamptz, integer, text, timestamptz, text, text, text) from public;
