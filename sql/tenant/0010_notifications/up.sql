-- People are told by the rules of the tenant; webhooks have an earlier secret for a while after a rotation, and what waits to be sent is found
-- without a scan.

-- New columns and a partial index of small tables: a scan of them is nothing, and nobody waits.
-- squawk-ignore-file constraint-missing-not-valid

-- Two secrets of 224 characters keep the row below the 2 kB from which PostgreSQL adds a TOAST table. A sealed one has 112.
-- squawk-ignore changing-column-type
alter table webhook_secrets alter column sealed type varchar(224);
alter table webhook_secrets
  add column earlier varchar(224),
  add column earlier_until timestamptz,
  add constraint webhook_secrets_earlier_whole check ((earlier is null) = (earlier_until is null));
create trigger webhook_secrets_keep_earlier before update of created_at on webhook_secrets
  for each row execute function platform_private.keep_earlier_secret();

-- squawk-ignore require-concurrent-index-creation
create index webhook_deliveries_waiting_idx on webhook_deliveries (webhook) where status = 'pending';

-- A rule of the channel webhook never did anything: what webhooks are told stands in the section integrations, and in one place.
delete from notification_rules where channel <> 'email';
alter table notification_rules
  drop constraint notification_rules_channel_known,
  add constraint notification_rules_channel_known check (channel = 'email');

-- No foreign keys: their plans would stay in the worker's session, tenant by tenant. The nightly job removes what is over.
create table ending_notices (
  agreement_id uuid,
  rule_id uuid,
  created_at timestamptz not null default now(),
  primary key (agreement_id, rule_id)
);
alter table ending_notices enable row level security;

create trigger approvals_tell after insert on approvals
  for each row when (new.status = 'pending') execute function platform_private.tell_people();
create trigger approvals_tell_decision after update of status on approvals
  for each row when (new.status <> old.status) execute function platform_private.tell_people();
create trigger agreements_tell after update of status on agreements
  for each row when (new.status <> old.status and new.status in ('expired', 'terminated'))
  execute function platform_private.tell_people();

comment on table ending_notices is E'@behavior -*\nBy which rule it was told already that an agreement ends.';
comment on column ending_notices.agreement_id is 'The agreement, while it is active.';
comment on column ending_notices.rule_id is 'The notification rule.';
comment on column ending_notices.created_at is 'When it was told.';
comment on column notification_rules.channel is 'email. Other systems are told by webhooks, which stand in the section integrations.';
comment on column webhook_secrets.earlier is 'The secret before, sealed in the same way: it signs as well for a while after a rotation.';
comment on column webhook_secrets.earlier_until is 'Until when the secret before signs as well.';
