-- Secrets of before stop signing.
drop index webhook_deliveries_waiting_idx;
drop trigger webhook_secrets_keep_earlier on webhook_secrets;
alter table webhook_secrets drop constraint webhook_secrets_earlier_whole, drop column earlier, drop column earlier_until;
alter table webhook_secrets alter column sealed type varchar(400);
