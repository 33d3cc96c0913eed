-- +goose Up
-- The fonts that every report of a practice shares, each once: the kept files are without them (ADR 0037). They are written when the
-- first report with them is built, and never changed or deleted: what was approved is made whole with them.
create table report_fonts (
  practice_id uuid not null references practices (id),
  id uuid not null,
  sha256 bytea not null check (sha256 = sha256(octets)),
  octets bytea not null,
  primary key (practice_id, id),
  unique (practice_id, sha256)
);
select protect('report_fonts', 'select, insert');
