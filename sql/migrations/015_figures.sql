-- The family of tests that a q-value is adjusted over.
comment on column metric_changes.q_value is
  'p-value after Benjamini-Hochberg over portfolio, properties and steps of the same figure';
