// Package library holds the exercises, instruments and agreements of Tussentijds and what can be done with them without
// a database: read them, check answers against their form, take measures from answers and score instruments.
//
// Each exercise is one YAML file below exercises/, Dutch and English side by side. A file is read in three passes: as
// YAML, against schema.json, and against the rules that a schema cannot tell (unique ids, measures that point at a
// question, bands without a hole). A practice's own exercises go through the same passes.
//
// To add an exercise, copy the file that is nearest to it, give the file and the id the same name, and run the tests of
// this package. A change to questions, audiences or scoring of an exercise that is in use needs a higher version: what
// was assigned keeps the form it was assigned with.
//
// None of the instruments is a validated clinical test: a score is something to talk about.
package library
