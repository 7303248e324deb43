-- Settings are checked, counted and recorded; everybody reads those that shape what they see; webhooks are told what happens.
--
-- The rows of settings were inserted before the triggers were there: they are the defaults of the schemas, and a test compares.

alter table settings add column version integer not null default 1;
update settings set value = '{"approvalsRequired": 1, "endingNoticeDays": 60}' where section = 'business_rules';

create trigger settings_check before insert or update on settings
  for each row execute function platform_private.check_setting();
create trigger settings_record after insert or update on settings
  for each row execute function platform_private.record_setting();

-- Addresses of integrations can be secrets in themselves; they stay with those who manage them.
create policy settings_read_own on settings for select using (
  section <> 'integrations' and (select current_setting('tenantry.role', true)) <> '');

-- Secrets are made by the server and kept sealed: who manages settings may put one, nobody here may read one.
create table webhook_secrets (
  webhook varchar(36) primary key,
  sealed varchar(400) not null,
  created_at timestamptz not null default now()
);

create table webhook_deliveries (
  id uuid primary key default gen_random_uuid(),
  webhook varchar(36) not null,
  event varchar(40) not null,
  subject_id uuid not null,
  status varchar(9) not null default 'pending',
  attempts integer not null default 0,
  response_status integer,
  last_error varchar(200),
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  constraint webhook_deliveries_status_known check (status in ('pending', 'delivered', 'failed'))
);

-- Sealing a secret anew changes nothing that anybody knows: only a new one has a new time.
create trigger webhook_secrets_record after insert or update of created_at or delete on webhook_secrets
  for each row execute function platform_private.record_webhook_secret();
create trigger approvals_requested after insert on approvals
  for each row when (new.status = 'pending') execute function platform_private.order_webhooks();
create trigger approvals_decided after update of status on approvals
  for each row when (new.status <> old.status) execute function platform_private.order_webhooks();
create trigger agreements_moved after update of status on agreements
  for each row when (new.status <> old.status and new.status in ('active', 'expired', 'terminated'))
  execute function platform_private.order_webhooks();

alter table webhook_secrets enable row level security;
alter table webhook_deliveries enable row level security;

create policy webhook_secrets_manage on webhook_secrets using ((select has_permission('settings.manage')));
create policy webhook_deliveries_read on webhook_deliveries for select using ((select has_permission('settings.manage')));

grant select (webhook, created_at), insert (webhook, sealed), update (sealed, created_at) on webhook_secrets to :TENANT;
grant select on webhook_deliveries to :TENANT;

comment on column settings.version is 'Counts the changes of the section, from 1.';
comment on table webhook_secrets is E'@behavior -*\nSigning secrets of webhooks, sealed. Made by the server and shown once.';
comment on column webhook_secrets.webhook is 'Id of the webhook in the section integrations.';
comment on column webhook_secrets.sealed is 'The secret, encrypted under the master key for this tenant alone, in base64.';
comment on column webhook_secrets.created_at is 'When the secret was made or replaced.';
comment on table webhook_deliveries is 'What was sent to webhooks in the last 30 days, and how that went.';
comment on column webhook_deliveries.id is 'Key of the delivery; the receiver gets it as the id of the event.';
comment on column webhook_deliveries.webhook is 'Id of the webhook in the section integrations.';
comment on column webhook_deliveries.event is 'What happened, such as agreement.activated.';
comment on column webhook_deliveries.subject_id is 'The agreement or approval it is about.';
comment on column webhook_deliveries.status is 'pending, delivered or failed: nothing more is tried.';
comment on column webhook_deliveries.attempts is 'How often it was tried.';
comment on column webhook_deliveries.response_status is 'HTTP status of the last answer; empty if there was none.';
comment on column webhook_deliveries.last_error is 'Why the last attempt did not succeed.';
comment on column webhook_deliveries.created_at is 'When it happened.';
comment on column webhook_deliveries.finished_at is 'When it was delivered or given up.';
