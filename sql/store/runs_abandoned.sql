-- Grain: one row per run that a killed process left open; only the holder of the lock runs this.
update sync_run set state = 'interrupted', finished_at = now() where state = 'running'
