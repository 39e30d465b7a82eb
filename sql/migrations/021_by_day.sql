-- What changes by day mean for a lead and its webhooks.
comment on column lead.domiq_agreed is
  'Status of the last base that DomIQ was seen to hold, where its last sighting is not the base; where a change by day gave the first base: what DomIQ showed then; null: not known';
comment on column webhook_delivery.outcome is
  'applied: moved the lead; repeated: it was there already; superseded: a newer change was known; echo: our own change coming back; waiting: nobody knows the lead yet, or a change of ours that it may report has not ended';
