enum DemoProbe {}
