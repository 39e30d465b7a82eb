enum PostgresProbe {}
