-- The four database roles and the database, for a new data folder of the postgres service. The passwords come from the
-- service's secrets; psql reads them here, so that they are on no command line and in no environment.
\set owner `cat /run/secrets/owner_password`
\set app `cat /run/secrets/app_password`
\set worker `cat /run/secrets/worker_password`
\set metrics `cat /run/secrets/metrics_password`

-- The owner migrates, backs up and restores, past row security. The others serve, and row security binds them.
create role tt_owner login nosuperuser nocreatedb nocreaterole bypassrls password :'owner';
create role tt_app login nosuperuser nocreatedb nocreaterole nobypassrls password :'app';
create role tt_worker login nosuperuser nocreatedb nocreaterole nobypassrls password :'worker';
create role tt_metrics login nosuperuser nocreatedb nocreaterole nobypassrls password :'metrics';

create database tussentijds owner tt_owner;
-- Only these may enter it.
revoke connect on database tussentijds from public;
grant connect on database tussentijds to tt_app, tt_worker, tt_metrics;
