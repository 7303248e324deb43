revoke update (version) on settings from :TENANT;

comment on column settings.version is 'Counts the changes of the section, from 1.';
