enum CSVProbe {}
