-- +goose Up
-- A draft that a member looked at and wants to decide on later, at the version that was looked at: it stays out of what is approved
-- together.
alter table report_glances add column later boolean not null default false;
