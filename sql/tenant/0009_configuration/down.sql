-- Webhooks and the checks of settings go; the settings themselves stay as they are.
drop trigger agreements_moved on agreements;
drop trigger approvals_decided on approvals;
drop trigger approvals_requested on approvals;
drop table webhook_deliveries, webhook_secrets;
drop policy settings_read_own on settings;
drop trigger settings_record on settings;
drop trigger settings_check on settings;
alter table settings drop column version;
