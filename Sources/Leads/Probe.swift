enum LeadsProbe {}
