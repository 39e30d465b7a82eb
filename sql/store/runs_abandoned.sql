-- Grain: one row a run that a killed process left behind; only the holder of the lock asks.
update sync_run set state = 'interrupted', finished_at = now() where state = 'running'
