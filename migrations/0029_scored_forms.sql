-- +goose Up
-- Whether a form has a score: a month's figures need the answers to those alone, and without this each form would be unpacked to
-- tell.
alter table exercise_forms add column scored boolean not null generated always as (definition ? 'scoring') stored;
