-- Nobody is told any more; secrets of before stop signing.
drop trigger agreements_tell on agreements;
drop trigger approvals_tell_decision on approvals;
drop trigger approvals_tell on approvals;
drop table ending_notices;
alter table notification_rules
  drop constraint notification_rules_channel_known,
  add constraint notification_rules_channel_known check (channel in ('email', 'webhook'));
comment on column notification_rules.channel is 'email or webhook.';
drop index webhook_deliveries_waiting_idx;
drop trigger webhook_secrets_keep_earlier on webhook_secrets;
alter table webhook_secrets drop constraint webhook_secrets_earlier_whole, drop column earlier, drop column earlier_until;
alter table webhook_secrets alter column sealed type varchar(400);
