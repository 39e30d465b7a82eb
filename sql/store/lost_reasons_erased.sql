-- Grain: one revision of a figure about a reason for losing a lead in words that are emptied ($1, what erase_words found).
update metric_lost_reasons_revision m
set reason = gone.label
from jsonb_to_recordset($1::jsonb) as gone (field text, word text, label text)
where gone.field = 'lost_reason' and lower(m.reason) = gone.word
