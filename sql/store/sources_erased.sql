-- Grain: one revision of a figure about a source in words that are emptied ($1, what erase_words found).
update metric_sources_revision m
set source = gone.label
from jsonb_to_recordset($1::jsonb) as gone (field text, word text, label text)
where gone.field = 'source' and lower(m.source) = gone.word
