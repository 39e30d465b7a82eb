enum StandInsProbe {}
