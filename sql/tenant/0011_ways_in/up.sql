-- Who writes the version of a section beside its value says which one they have read: the trigger settings_check refuses another (TN006).

grant update (version) on settings to :TENANT;

comment on column settings.version is 'Counts the changes of the section, from 1. In a change: the version that was read; refused if somebody was faster.';
